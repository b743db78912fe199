#pragma once
#include "base/clock.hpp"
#include "engine/soci/connection.hpp"

namespace godwit::engine::soci {

/// Brings the accounts to the newest form: each numbered step once, noted in `schema_migrations`, in a transaction of
/// its own where the database knows such for tables; then what is made of names (name_words.hpp). By one at a time.
/// Throws StoreFailure; also where they are from a newer version than this program knows.
void migrate(SociConnection& connection, const Clock& clock);

}  // namespace godwit::engine::soci

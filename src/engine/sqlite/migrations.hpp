#pragma once
#include "base/clock.hpp"
#include "engine/sqlite/soci_connection.hpp"

namespace godwit::engine::sqlite {

/// Brings accounts.db to the newest form: each numbered step once, in a transaction of its own, noted in
/// `schema_migrations`; then what is made of names (name_words.hpp). Throws StoreFailure; also where the file is from a
/// newer version than this program knows.
void migrate(SociConnection& connection, const Clock& clock);

}  // namespace godwit::engine::sqlite

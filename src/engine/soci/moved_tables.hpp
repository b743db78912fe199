#pragma once
#include <span>

#include "base/table_row.hpp"

namespace godwit::engine::soci {

/// The tables of accounts with all their columns, each behind those that it refers to: what is copied where accounts go
/// from one database to another. Not `name_words_state` and `schema_migrations`, which the other one has of its own,
/// nor `change_outbox`: nobody there has copies of anything yet.
[[nodiscard]] std::span<const Table> moved_tables();

}  // namespace godwit::engine::soci

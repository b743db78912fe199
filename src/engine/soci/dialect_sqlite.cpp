#include <array>

#include "engine/soci/dialect.hpp"

namespace godwit::engine::soci {
namespace {
constexpr std::array kWords{
    // Tables.
    Dialect::Word{"ordinal", "INTEGER PRIMARY KEY AUTOINCREMENT"},
    Dialect::Word{"exact64", "VARCHAR(64)"},
    Dialect::Word{"exact256", "VARCHAR(256)"},
    Dialect::Word{"bytes", "BLOB"},
    Dialect::Word{"long_text", "TEXT"},
    Dialect::Word{"table", ""},
    Dialect::Word{"table_by_key", " WITHOUT ROWID"},
    Dialect::Word{"on accounts", ""},
    // Statements.
    Dialect::Word{"last_insert_id", "LAST_INSERT_ROWID()"},
    Dialect::Word{"unindexed", "+"},
    Dialect::Word{"lower_name", "LOWER(name)"},
    // Ordinals have no holes (a transaction that is undone gives its own back), so they count the entries.
    Dialect::Word{"last_beyond", "MAX(ordinal) - :keep FROM audit_log"},
    Dialect::Word{"then", "CROSS JOIN"},
    Dialect::Word{"for_update", ""},
};
}  // namespace

const Dialect& sqlite_dialect() {
  static constexpr Dialect kDialect{.place = "file",
                                    .begin_read = "BEGIN",
                                    .begin_write = "BEGIN IMMEDIATE",
                                    .tables_in_transactions = true,
                                    .one_writer = true,
                                    .words = kWords,
                                    .done_before = [](int) { return false; }};
  return kDialect;
}

}  // namespace godwit::engine::soci

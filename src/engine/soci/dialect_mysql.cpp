#include <array>

#include "engine/soci/dialect.hpp"

namespace godwit::engine::soci {
namespace {
// Names, but for ASCII letters, are compared as they are: tis620 knows no case of other bytes.
#define ASCII_LOWER(text) "CAST(LOWER(CONVERT(CAST(" text " AS BINARY) USING tis620)) AS BINARY)"

constexpr std::array kWords{
    // Tables. `exact`: where a blank at the end counts, which it does not in utf8mb4_bin; sizes in bytes.
    Dialect::Word{"ordinal", "BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY"},
    Dialect::Word{"exact64", "VARBINARY(256)"},
    Dialect::Word{"exact256", "VARBINARY(1024)"},
    Dialect::Word{"bytes", "MEDIUMBLOB"},
    Dialect::Word{"long_text", "MEDIUMTEXT"},
    Dialect::Word{"table", " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"},
    Dialect::Word{"table_by_key", " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"},
    Dialect::Word{"on accounts", " ON accounts"},
    // Statements.
    Dialect::Word{"last_insert_id", "LAST_INSERT_ID()"},
    Dialect::Word{"unindexed", ""},
    Dialect::Word{"lower_name", ASCII_LOWER("name")},
    Dialect::Word{"last_beyond",
                  "COALESCE(MAX(ordinal), 0) FROM (SELECT ordinal FROM audit_log ORDER BY ordinal DESC LIMIT 1 OFFSET "
                  ":keep) beyond"},
    Dialect::Word{"then", "STRAIGHT_JOIN"},
    Dialect::Word{"for_update", "FOR UPDATE"},
};

/// There already: a table, a column, an index; or gone already, either of the last two.
bool done_before(int code) { return code == 1050 || code == 1060 || code == 1061 || code == 1091; }
}  // namespace

const Dialect& mysql_dialect() {
  static constexpr Dialect kDialect{.place = "database",
                                    .begin_read = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
                                    .begin_write = "START TRANSACTION",
                                    .tables_in_transactions = false,
                                    .one_writer = false,
                                    .words = kWords,
                                    .done_before = done_before};
  return kDialect;
}

}  // namespace godwit::engine::soci

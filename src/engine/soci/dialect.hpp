#pragma once
#include <span>
#include <string>
#include <string_view>

namespace godwit::engine::soci {

/// What a failure means for whoever runs the work.
enum class FailureKind : char {
  failed,      ///< of no other kind
  duplicate,   ///< there is a row with such a key already; the statement alone is undone
  constraint,  ///< another rule of the tables; the statement alone is undone
  conflict,    ///< another transaction was in the way: the transaction is lost, and may run again
  lost,        ///< the connection is, and with it the transaction, which was not yet to be committed
  unknown,     ///< the connection is, while it was committed: nobody knows whether it stands
  away,        ///< the database could not be reached
  busy,
  full,       ///< the disk
  io,         ///< of the disk, too
  damaged,    ///< what lies there
  read_only,  ///< it takes no writes
};

/// What the SQL of one database calls otherwise than the other's. The statements of this room hold such words in
/// braces: "SELECT {last_insert_id}"; `expand` puts in their place what this database understands.
struct Dialect {
  struct Word {
    std::string_view name, sql;
  };
  std::string_view place;  ///< what people call where the tables lie
  std::string_view begin_read, begin_write;
  bool tables_in_transactions;  ///< a step of the schema is whole or not there; else each of its statements commits
  bool one_writer;              ///< writes stand one behind the other by themselves
  std::span<const Word> words;  ///< every dialect has the same
  /// Where `code` says that a statement of the schema was run before.
  bool (*done_before)(int code);

  [[nodiscard]] std::string expand(std::string_view sql) const;
};

[[nodiscard]] const Dialect& sqlite_dialect();
[[nodiscard]] const Dialect& mysql_dialect();  ///< MariaDB 10.6 and later, MySQL 8

}  // namespace godwit::engine::soci

#pragma once
#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace godwit::engine::sqlite {

/// A prepared statement. Values are bound by number from 1, columns read by number from 0. Text and blobs that are
/// bound must stay where they are until `reset`; views of columns are good until the next `step` or `reset`.
class Statement {
 public:
  Statement() = default;

  Statement& bind(int index, std::int64_t value) noexcept;
  Statement& bind_text(int index, std::string_view value) noexcept;
  Statement& bind_blob(int index, std::string_view value) noexcept;
  Statement& bind_null(int index) noexcept;

  /// True: a row stands ready. unavailable: damage, a full disk, an I/O error, a lock.
  [[nodiscard]] Result<bool> step();
  /// For statements without rows: one step, then `reset`.
  [[nodiscard]] Result<void> run();
  void reset() noexcept;

  [[nodiscard]] std::int64_t integer(int column) const noexcept;
  [[nodiscard]] bool is_null(int column) const noexcept;
  /// SQLITE_NULL, SQLITE_INTEGER, SQLITE_FLOAT, SQLITE_TEXT or SQLITE_BLOB.
  [[nodiscard]] int kind(int column) const noexcept { return sqlite3_column_type(handle_.get(), column); }
  [[nodiscard]] int columns() const noexcept { return sqlite3_column_count(handle_.get()); }
  [[nodiscard]] std::string_view text(int column) const noexcept;
  [[nodiscard]] std::string_view blob(int column) const noexcept;

 private:
  friend class Connection;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

/// Resets a statement when the reading ends, however it ends: an open statement keeps its snapshot, and so the log,
/// alive.
class Reading {
 public:
  explicit Reading(Statement& statement) noexcept : statement_(statement) {}
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
  ~Reading() { statement_.reset(); }

 private:
  Statement& statement_;
};

/// A connection to one database file. One thread at a time.
class Connection {
 public:
  enum class Mode : char { create, write, read };

  [[nodiscard]] static Result<Connection> open(const std::string& path, Mode mode);

  /// Statements without values and rows, one or many.
  [[nodiscard]] Result<void> run(const std::string& sql);
  /// `lasting`: it will be used as long as the connection lives.
  [[nodiscard]] Result<Statement> prepare(std::string_view sql, bool lasting = true);
  /// The first column of the first row; 0 where there is none.
  [[nodiscard]] Result<std::int64_t> number(std::string_view sql);

  [[nodiscard]] std::int64_t changes() const noexcept { return sqlite3_changes64(handle_.get()); }
  [[nodiscard]] std::int64_t last_row() const noexcept { return sqlite3_last_insert_rowid(handle_.get()); }
  [[nodiscard]] bool in_transaction() const noexcept { return sqlite3_get_autocommit(handle_.get()) == 0; }
  [[nodiscard]] sqlite3* raw() const noexcept { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* connection) const noexcept { sqlite3_close_v2(connection); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

/// What went wrong last on the connection, as `unavailable`; the detail names SQLite's code and is for logs, not for
/// clients.
[[nodiscard]] Error sqlite_error(sqlite3* connection, std::string_view doing);

/// BEGIN now; ROLLBACK at the end of the scope unless it was committed.
class Transaction {
 public:
  enum class Kind : char { read, write };
  [[nodiscard]] static Result<Transaction> begin(Connection& connection, Kind kind);
  Transaction(Transaction&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  [[nodiscard]] Result<void> commit();

 private:
  explicit Transaction(Connection& connection) noexcept : connection_(&connection) {}
  Connection* connection_;
};

}  // namespace godwit::engine::sqlite

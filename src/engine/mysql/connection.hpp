#pragma once
#include <mysql.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/mysql/failure.hpp"
#include "engine/mysql/settings.hpp"

namespace godwit::mysql {

/// The rows of one statement, all of them in memory, gone through once.
class Rows {
 public:
  Rows() = default;
  explicit Rows(MYSQL_RES* result) : result_(result) {}

  [[nodiscard]] std::size_t size() const { return result_ ? mysql_num_rows(result_.get()) : 0; }
  /// Goes to the next row; false: there is none.
  bool next();
  /// Of the row, as its bytes; empty where it is NULL. Valid until `next`.
  [[nodiscard]] std::string_view text(unsigned column) const { return {row_[column], lengths_[column]}; }
  [[nodiscard]] bool null(unsigned column) const { return row_[column] == nullptr; }
  /// Of a whole number; 0 where it is NULL.
  [[nodiscard]] std::uint64_t number(unsigned column) const;
  [[nodiscard]] std::int64_t signed_number(unsigned column) const;

 private:
  struct Free {
    void operator()(MYSQL_RES* result) const { mysql_free_result(result); }
  };
  std::unique_ptr<MYSQL_RES, Free> result_;
  MYSQL_ROW row_ = nullptr;
  unsigned long* lengths_ = nullptr;
};

/// One row that is on its way. Valid until the next one.
class RowView {
 public:
  RowView(MYSQL_ROW row, unsigned long* lengths, unsigned columns) : row_(row), lengths_(lengths), columns_(columns) {}
  [[nodiscard]] unsigned columns() const noexcept { return columns_; }
  [[nodiscard]] bool null(unsigned column) const { return row_[column] == nullptr; }
  [[nodiscard]] std::string_view text(unsigned column) const { return {row_[column], lengths_[column]}; }

 private:
  MYSQL_ROW row_;
  unsigned long* lengths_;
  unsigned columns_;
};

/// What one statement did.
struct Done {
  std::uint64_t affected = 0;  ///< rows; of an UPDATE those that were found, changed or not
  Rows rows;
};

/// One connection: plain text protocol, utf8mb4, several statements in a packet, autocommit, read committed. It blocks,
/// for no longer than the settings' time-outs. One thread at a time. It never connects again by itself: what belongs to
/// a session (transaction, settings) would be gone.
class Connection {
 public:
  /// Connects, logs in, and sees that the server keeps what it says it committed (`innodb_flush_log_at_trx_commit` is
  /// 1, and `sync_binlog` where it has a binlog, which is of rows; it takes writes; its packets are large enough): else
  /// `refused`, naming the setting.
  [[nodiscard]] static Answer<Connection> open(const Settings& settings);

  /// Sends the statements, separated by ";", as one packet; what each did, in order. An error: the one that failed and
  /// those behind it did nothing, those before it did; a transaction that was begun is still open unless it is
  /// `contended` by a deadlock. After `lost` the connection is of no use.
  [[nodiscard]] Answer<std::vector<Done>> run(std::string_view statements);

  /// The rows of one SELECT, one after the other, however many: none is kept here. False from `take`: no more of them.
  [[nodiscard]] Answer<void> walk(std::string_view statement, const std::function<bool(const RowView&)>& take);

  [[nodiscard]] bool lost() const noexcept { return lost_; }
  /// The server's name for it (KILL).
  [[nodiscard]] std::uint64_t id() const { return mysql_thread_id(handle_.get()); }
  /// Nothing came that nobody asked for: the server has not closed it, nor said that it will. Costs no round trip.
  [[nodiscard]] bool quiet() const;

 private:
  struct Close {
    void operator()(MYSQL* handle) const { mysql_close(handle); }
  };
  Connection() : handle_(mysql_init(nullptr)) {}
  [[nodiscard]] std::optional<Failure> log_in(const Settings& settings);
  [[nodiscard]] std::optional<Failure> prepare(const Settings& settings);
  [[nodiscard]] Failure failure();

  std::unique_ptr<MYSQL, Close> handle_;
  bool lost_ = false;
};

}  // namespace godwit::mysql

#include "engine/sqlite/sqlite_handle.hpp"

namespace godwit::engine::sqlite {
namespace {
constexpr int kBusyTimeoutMs = 2000;
}

Error sqlite_error(sqlite3* connection, std::string_view doing) {
  Error error{.code = Code::unavailable};
  error.detail = std::string(doing) + ": " + sqlite3_errmsg(connection) + " (" +
                 std::to_string(sqlite3_extended_errcode(connection)) + ")";
  return error;
}

Statement& Statement::bind(int index, std::int64_t value) noexcept {
  sqlite3_bind_int64(handle_.get(), index, value);
  return *this;
}
Statement& Statement::bind_text(int index, std::string_view value) noexcept {
  sqlite3_bind_text64(handle_.get(), index, value.data() == nullptr ? "" : value.data(), value.size(), SQLITE_STATIC,
                      SQLITE_UTF8);
  return *this;
}
Statement& Statement::bind_blob(int index, std::string_view value) noexcept {
  sqlite3_bind_blob64(handle_.get(), index, value.data() == nullptr ? "" : value.data(), value.size(), SQLITE_STATIC);
  return *this;
}
Statement& Statement::bind_null(int index) noexcept {
  sqlite3_bind_null(handle_.get(), index);
  return *this;
}

Result<bool> Statement::step() {
  const int rc = sqlite3_step(handle_.get());
  if (rc == SQLITE_ROW) return true;
  if (rc == SQLITE_DONE) return false;
  auto error = sqlite_error(sqlite3_db_handle(handle_.get()), "step");
  reset();
  return std::unexpected(std::move(error));
}

Result<void> Statement::run() {
  auto stepped = step();
  reset();
  if (!stepped) return std::unexpected(std::move(stepped).error());
  return {};
}

void Statement::reset() noexcept { sqlite3_reset(handle_.get()); }

std::int64_t Statement::integer(int column) const noexcept { return sqlite3_column_int64(handle_.get(), column); }
bool Statement::is_null(int column) const noexcept { return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL; }
std::string_view Statement::text(int column) const noexcept {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  return data == nullptr
             ? std::string_view{}
             : std::string_view(data, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column)));
}
std::string_view Statement::blob(int column) const noexcept {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(handle_.get(), column));
  return data == nullptr
             ? std::string_view{}
             : std::string_view(data, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column)));
}

Result<Connection> Connection::open(const std::string& path, Mode mode) {
  const int flags = SQLITE_OPEN_NOMUTEX | (mode == Mode::create  ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                           : mode == Mode::write ? SQLITE_OPEN_READWRITE
                                                                 : SQLITE_OPEN_READONLY);
  sqlite3* raw = nullptr;
  const int rc = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  Connection connection;
  connection.handle_.reset(raw);
  if (rc != SQLITE_OK) return std::unexpected(sqlite_error(raw, "open"));
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, kBusyTimeoutMs);
  return connection;
}

Result<void> Connection::run(const std::string& sql) {
  if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return std::unexpected(sqlite_error(handle_.get(), "run"));
}

Result<Statement> Connection::prepare(std::string_view sql, bool lasting) {
  sqlite3_stmt* raw = nullptr;
  const unsigned flags = lasting ? SQLITE_PREPARE_PERSISTENT : 0;
  if (sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()), flags, &raw, nullptr) != SQLITE_OK) {
    return std::unexpected(sqlite_error(handle_.get(), "prepare"));
  }
  Statement statement;
  statement.handle_.reset(raw);
  return statement;
}

Result<std::int64_t> Connection::number(std::string_view sql) {
  TRY(auto statement, prepare(sql, false));
  TRY(const bool found, statement.step());
  return found ? statement.integer(0) : 0;
}

Result<Transaction> Transaction::begin(Connection& connection, Kind kind) {
  CHECK_OK(connection.run(kind == Kind::write ? "BEGIN IMMEDIATE" : "BEGIN"));
  return Transaction(connection);
}

Transaction::~Transaction() {
  // Some errors (a full disk) have rolled back already.
  if (connection_ != nullptr && connection_->in_transaction()) static_cast<void>(connection_->run("ROLLBACK"));
}

Result<void> Transaction::commit() {
  CHECK_OK(connection_->run("COMMIT"));
  connection_ = nullptr;
  return {};
}

}  // namespace godwit::engine::sqlite

#include "engine/mysql/connection.hpp"

#include <poll.h>

#include <charconv>
#include <mutex>
#include <string>

namespace godwit::mysql {

namespace {
constexpr std::uint64_t kLeastPacket = 8 << 20;  // a batch of the sequencer's, its bytes as hex digits, several times

struct Place {
  std::string host;
  unsigned port = 0;
};
std::optional<Place> place_of(std::string_view address) {
  const auto colon = address.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto digits = address.substr(colon + 1);
  unsigned port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port == 0 || port > 65'535 || host.empty())
    return std::nullopt;
  return Place{.host = std::string(host), .port = port};
}

template <class T>
T parsed(std::string_view digits) {
  T value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

std::optional<Failure> unfit(std::string words) { return Failure{.words = std::move(words)}; }
}  // namespace

bool Rows::next() {
  if (!result_) return false;
  row_ = mysql_fetch_row(result_.get());
  if (row_ == nullptr) return false;
  lengths_ = mysql_fetch_lengths(result_.get());
  return true;
}

std::uint64_t Rows::number(unsigned column) const { return parsed<std::uint64_t>(text(column)); }
std::int64_t Rows::signed_number(unsigned column) const { return parsed<std::int64_t>(text(column)); }

Answer<Connection> Connection::open(const Settings& settings) {
  static std::once_flag once;  // not to be begun by two threads at a time
  std::call_once(once, [] { mysql_server_init(0, nullptr, nullptr); });
  Connection connection;
  if (auto failed = connection.log_in(settings)) return std::unexpected(std::move(*failed));
  if (auto failed = connection.prepare(settings)) return std::unexpected(std::move(*failed));
  return connection;
}

std::optional<Failure> Connection::log_in(const Settings& settings) {
  const auto place = place_of(settings.address);
  if (!place) return unfit("the database's address is not host:port");
  auto* const handle = handle_.get();
  const auto connect = static_cast<unsigned>(settings.connect_timeout.count());
  const auto answer = static_cast<unsigned>(settings.answer_timeout.count());
  const unsigned off = 0;
  const unsigned tcp = MYSQL_PROTOCOL_TCP;  // else "localhost" is a socket of this machine's
  mysql_optionsv(handle, MYSQL_OPT_CONNECT_TIMEOUT, &connect);
  mysql_optionsv(handle, MYSQL_OPT_READ_TIMEOUT, &answer);
  mysql_optionsv(handle, MYSQL_OPT_WRITE_TIMEOUT, &answer);
  mysql_optionsv(handle, MYSQL_OPT_PROTOCOL, &tcp);
  mysql_optionsv(handle, MYSQL_OPT_LOCAL_INFILE, &off);
  mysql_optionsv(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  if (mysql_real_connect(handle, place->host.c_str(), settings.user.c_str(), settings.password.c_str(),
                         settings.database.empty() ? nullptr : settings.database.c_str(), place->port, nullptr,
                         CLIENT_FOUND_ROWS | CLIENT_MULTI_STATEMENTS) != nullptr)
    return std::nullopt;
  auto failed = failure();
  if (failed.trouble != Trouble::refused) failed.trouble = Trouble::away;
  return failed;
}

std::optional<Failure> Connection::prepare(const Settings& settings) {
  // A session whose client's machine died holds its locks for as long as wait_timeout: a minute.
  const auto sql =
      "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; SET SESSION autocommit = 1, wait_timeout = 60, "
      "sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO', "
      "innodb_lock_wait_timeout = " +
      std::to_string(settings.lock_timeout.count()) +
      "; SELECT @@innodb_flush_log_at_trx_commit, @@log_bin, @@sync_binlog, @@max_allowed_packet, @@read_only, "
      "@@binlog_format";
  auto done = run(sql);
  if (!done) return std::move(done).error();
  auto& rows = done->back().rows;
  if (!rows.next()) return unfit("the server does not tell its settings");
  if (rows.number(0) != 1) return unfit("innodb_flush_log_at_trx_commit is not 1: a power cut takes what was answered");
  if (rows.number(1) == 1 && rows.number(2) != 1)
    return unfit("sync_binlog is not 1 and log_bin is on: a power cut parts the log from the binlog");
  if (rows.number(1) == 1 && rows.text(5) == "STATEMENT")
    return unfit("binlog_format is STATEMENT: it takes no writes of sessions that read committed");
  if (rows.number(3) < kLeastPacket) return unfit("max_allowed_packet is less than 8 MiB");
  if (rows.number(4) != 0) return unfit("read_only is on");
  return std::nullopt;
}

Answer<std::vector<Done>> Connection::run(std::string_view statements) {
  auto* const handle = handle_.get();
  if (lost_) return std::unexpected(Failure{.trouble = Trouble::away, .words = "the connection was lost before"});
  if (mysql_real_query(handle, statements.data(), statements.size()) != 0) return std::unexpected(failure());
  std::vector<Done> done;
  for (;;) {
    Rows rows(mysql_store_result(handle));
    if (mysql_errno(handle) != 0) return std::unexpected(failure());
    done.push_back({.affected = mysql_affected_rows(handle), .rows = std::move(rows)});
    const int more = mysql_next_result(handle);
    if (more < 0) return done;
    if (more > 0) return std::unexpected(failure());
  }
}

Answer<void> Connection::walk(std::string_view statement, const std::function<bool(const RowView&)>& take) {
  auto* const handle = handle_.get();
  if (lost_) return std::unexpected(Failure{.trouble = Trouble::away, .words = "the connection was lost before"});
  if (mysql_real_query(handle, statement.data(), statement.size()) != 0) return std::unexpected(failure());
  const std::unique_ptr<MYSQL_RES, void (*)(MYSQL_RES*)> result(mysql_use_result(handle), mysql_free_result);
  if (!result) return std::unexpected(failure());
  const unsigned columns = mysql_num_fields(result.get());
  for (;;) {
    const auto row = mysql_fetch_row(result.get());
    if (row == nullptr) break;
    if (!take(RowView(row, mysql_fetch_lengths(result.get()), columns))) return {};
  }
  if (mysql_errno(handle) != 0) return std::unexpected(failure());
  return {};
}

bool Connection::quiet() const {
  pollfd socket{.fd = mysql_get_socket(handle_.get()), .events = POLLIN | POLLRDHUP, .revents = 0};
  return !lost_ && ::poll(&socket, 1, 0) == 0;
}

Failure Connection::failure() {
  const auto number = mysql_errno(handle_.get());
  const auto trouble = trouble_of(number);
  if (trouble == Trouble::lost) lost_ = true;
  return {.trouble = trouble, .number = number, .words = mysql_error(handle_.get())};
}

}  // namespace godwit::mysql

#include "engine/mysql/accounts_backend.hpp"

#include <mysql.h>
#include <soci/mysql/soci-mysql.h>
#include <soci/soci.h>

#include <algorithm>
#include <optional>

#include "engine/mysql/failure.hpp"

namespace godwit::mysql {
namespace {
using engine::soci::FailureKind;
using engine::soci::StoreFailure;
using Mode = engine::soci::SociConnection::Mode;
constexpr std::chrono::milliseconds kBetweenAttempts{250};

// The server's numbers for what trouble_of calls refused.
FailureKind refused_kind(unsigned number) noexcept {
  switch (number) {
    case 1021:
    case 1041:
    case 1114: return FailureKind::full;
    case 1048:
    case 1451:
    case 1452:
    case 3819:
    case 4025: return FailureKind::constraint;
    case 1290:
    case 1792:
    case 1836: return FailureKind::read_only;
    default: return FailureKind::failed;
  }
}

FailureKind kind_of(unsigned number) noexcept {
  switch (trouble_of(number)) {
    case Trouble::away: return FailureKind::away;
    case Trouble::lost: return FailureKind::lost;
    case Trouble::contended: return FailureKind::conflict;
    case Trouble::duplicate: return FailureKind::duplicate;
    default: return refused_kind(number);
  }
}

/// The server repeats values between quotes ("Duplicate entry '...' for key"): all from the first to the last is left
/// out.
std::string without_values(std::string_view words) {
  const auto first = words.find('\'');
  if (first == std::string_view::npos) return std::string(words);
  return std::string(words.substr(0, first)) + "..." + std::string(words.substr(words.rfind('\'') + 1));
}

StoreFailure failure(unsigned number, std::string_view words) {
  return {.kind = kind_of(number), .code = static_cast<int>(number), .reason = without_values(words)};
}

StoreFailure translated(const ::soci::soci_error& error) {
  const auto* own = dynamic_cast<const ::soci::mysql_soci_error*>(&error);
  return failure(own != nullptr ? own->err_num_ : 0, error.get_error_message());
}

/// As SOCI reads it: there is no way to write a quote between quotes of its kind.
std::string quoted(std::string_view value) {
  const char quote = value.contains('\'') ? '"' : '\'';
  if (value.contains(quote))
    throw StoreFailure{.kind = FailureKind::away, .reason = "a name or password has both kinds of quotes"};
  return quote + std::string(value) + quote;
}

std::string parameters_of(const Settings& settings) {
  const auto colon = settings.address.rfind(':');
  auto host = settings.address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";  // else the library looks for a socket of this machine's
  const auto port = colon == std::string::npos ? std::string() : settings.address.substr(colon + 1);
  if (host.empty() || port.empty() || !std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; }))
    throw StoreFailure{.kind = FailureKind::away, .reason = "the database's address is not host:port"};
  const auto answer = std::to_string(settings.answer_timeout.count());
  return "host=" + quoted(host) + " port=" + port + " user=" + quoted(settings.user) +
         " password=" + quoted(settings.password) + " dbname=" + quoted(settings.database) +
         " charset=utf8mb4 connect_timeout=" + std::to_string(settings.connect_timeout.count()) +
         " read_timeout=" + answer + " write_timeout=" + answer;
}

class MysqlBackend final : public engine::soci::Backend {
 public:
  explicit MysqlBackend(const Settings& settings) : session_(::soci::mysql, parameters_of(settings)) {}

  ::soci::session& session() noexcept override { return session_; }
  [[nodiscard]] const engine::soci::Dialect& dialect() const noexcept override { return engine::soci::mysql_dialect(); }

  void execute(const std::string& sql) override {
    if (!run(sql)) throw failure(mysql_errno(native()), mysql_error(native()));
  }
  bool roll_back() noexcept override { return run("ROLLBACK"); }
  void set_synced(bool) override {}  // the server decides that for all
  [[nodiscard]] StoreFailure failure_of(const ::soci::soci_error& error) const override { return translated(error); }

  void prepare(const Settings& settings, Mode mode) {
    execute(std::string("SET SESSION TRANSACTION ISOLATION LEVEL ") +
            (mode == Mode::reader ? "REPEATABLE READ" : "READ COMMITTED"));
    // A session whose client's machine died holds its locks for as long as wait_timeout: a minute.
    execute(
        "SET SESSION autocommit = 1, wait_timeout = 60, "
        "sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO', "
        "innodb_lock_wait_timeout = " +
        std::to_string(settings.lock_timeout.count()));
    if (const auto unfit = what_is_unfit()) throw StoreFailure{.kind = FailureKind::away, .reason = *unfit};
  }

 private:
  /// For the settings that must hold whatever a session asks for.
  std::optional<std::string> what_is_unfit() {
    long long flush = 0, binlog = 0, sync_binlog = 0, read_only = 0;
    std::string mode;
    // Step by step: the library hides type information that UBSan would need for `session << …`.
    ::soci::statement query(session_);
    for (auto* number : {&flush, &binlog, &sync_binlog, &read_only}) query.exchange(::soci::into(*number));
    query.exchange(::soci::into(mode));
    query.alloc();
    query.prepare("SELECT @@innodb_flush_log_at_trx_commit, @@log_bin, @@sync_binlog, @@read_only, @@SESSION.sql_mode");
    query.define_and_bind();
    query.execute(true);
    if (flush != 1) return "innodb_flush_log_at_trx_commit is not 1: a power cut takes what was answered";
    if (binlog != 0 && sync_binlog != 1) return "sync_binlog is not 1 and log_bin is on: a power cut parts them";
    if (!mode.contains("STRICT_")) return "sql_mode is not strict: what does not fit would be cut off";
    if (read_only != 0) return "read_only is on";
    return std::nullopt;
  }

  bool run(std::string_view sql) noexcept {
    if (mysql_real_query(native(), sql.data(), sql.size()) != 0) return false;
    mysql_free_result(mysql_store_result(native()));
    return mysql_errno(native()) == 0;
  }
  // The library hides this class's type information, which UBSan's check of the cast would need.
  [[nodiscard]] [[clang::no_sanitize("vptr")]] MYSQL* native() noexcept {
    return static_cast<::soci::mysql_session_backend*>(session_.get_backend())->conn_;
  }

  ::soci::session session_;
};

std::unique_ptr<MysqlBackend> reach(const Settings& settings, std::optional<Mode> prepared_for) {
  static std::once_flag once;  // not to be begun by two threads at a time
  std::call_once(once, [] { mysql_server_init(0, nullptr, nullptr); });
  try {
    auto backend = std::make_unique<MysqlBackend>(settings);
    if (prepared_for) backend->prepare(settings, *prepared_for);
    return backend;
  } catch (const ::soci::soci_error& error) {
    auto failed = translated(error);
    failed.reason = error.get_error_message();  // names the user, the address, the database: nothing of an account's
    throw failed;
  }
}
}  // namespace

std::unique_ptr<engine::soci::Backend> AccountsDoor::open(Mode mode) {
  take_turn();
  try {
    auto backend = reach(settings_, mode);
    end_turn(true);
    return backend;
  } catch (StoreFailure& failed) {
    end_turn(false);
    failed.kind = FailureKind::away;
    throw;
  } catch (...) {
    end_turn(false);
    throw;
  }
}

std::unique_ptr<engine::soci::Backend> open_as_it_is(const Settings& settings) { return reach(settings, std::nullopt); }

void AccountsDoor::take_turn() {
  std::lock_guard lock(mutex_);
  if (!away_) return;
  if (trying_ || std::chrono::steady_clock::now() < next_attempt_) throw StoreFailure{.kind = FailureKind::away};
  trying_ = true;
}

void AccountsDoor::end_turn(bool reached) {
  std::lock_guard lock(mutex_);
  away_ = !reached;
  trying_ = false;
  next_attempt_ = std::chrono::steady_clock::now() + kBetweenAttempts;
}

}  // namespace godwit::mysql

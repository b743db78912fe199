#include "engine/sqlite/archive_database.hpp"

#include <filesystem>

#include "engine/sqlite/archive_index.hpp"
#include "engine/sqlite/archive_tokenizer.hpp"
#include "engine/sqlite/seal.hpp"
#include "engine/sqlite/sealed_files.hpp"
#include "wire/record.hpp"

namespace godwit::engine::sqlite {
namespace {

constexpr std::int64_t kApplication = 0x67'77'41'31;  // "gwA1"
constexpr std::int64_t kVersion = 3;
constexpr int kBackupPages = 64;

// A message's row says when (Row), its key where in its conversation (MessageKey); a place's writer is a writer_number.
// Messages lie in the order in which they came, so that a batch fills a few pages from front to back. Where a
// conversation's seqs are is in places: first in recent_places, which is small, and from there in bulk
// (archive_places.cpp).
constexpr const char* kTables = R"(
CREATE TABLE conversations(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE messages(row INTEGER PRIMARY KEY, key INTEGER NOT NULL, record BLOB NOT NULL);
CREATE TABLE ids(id BLOB PRIMARY KEY, row INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE places(key INTEGER PRIMARY KEY, row INTEGER NOT NULL, writer INTEGER NOT NULL);
CREATE TABLE recent_places(key INTEGER PRIMARY KEY, row INTEGER NOT NULL, writer INTEGER NOT NULL);
CREATE TABLE recalls(id BLOB PRIMARY KEY) WITHOUT ROWID;
)";
// A reader's joins and leaves; a place is a StayEvent's.
constexpr const char* kReaders =
    "CREATE TABLE stay_events(user TEXT NOT NULL, conversation INTEGER NOT NULL, place INTEGER NOT NULL,"
    " PRIMARY KEY(user, conversation, place)) WITHOUT ROWID;";

Result<void> make_tables(Connection& connection) {
  TRY(auto transaction, Transaction::begin(connection, Transaction::Kind::write));
  TRY(const auto tables, connection.number("SELECT count(*) FROM sqlite_schema"));
  if (tables != 0) return fail(Code::unavailable, "the file holds tables of something else");
  CHECK_OK(connection.run(kTables));
  CHECK_OK(connection.run(kReaders));
  CHECK_OK(make_index_tables(connection));
  CHECK_OK(connection.run("PRAGMA application_id = " + std::to_string(kApplication)));
  CHECK_OK(connection.run("PRAGMA user_version = " + std::to_string(kVersion)));
  return transaction.commit();
}

/// Version 2: the index says which version of the fold made it. Version 3: joins and leaves instead of the spans that
/// follow from them.
Result<void> upgrade(Connection& connection) {
  TRY(const auto version, connection.number("PRAGMA user_version"));
  if (version >= kVersion) return {};
  TRY(auto transaction, Transaction::begin(connection, Transaction::Kind::write));
  if (version < 2) CHECK_OK(make_index_state(connection, "1"));
  CHECK_OK(connection.run(kReaders));
  CHECK_OK(connection.run(
      "INSERT INTO stay_events SELECT user, conversation, 2 * first FROM readers UNION ALL"
      " SELECT user, conversation, 2 * last + 1 FROM readers WHERE last > 0 ORDER BY 1, 2, 3; DROP TABLE readers"));
  CHECK_OK(connection.run("PRAGMA user_version = " + std::to_string(kVersion)));
  return transaction.commit();
}

Result<void> check_version(Connection& connection) {
  TRY(const auto application, connection.number("PRAGMA application_id"));
  if (application != kApplication) return fail(Code::unavailable, "the file is not an archive");
  TRY(const auto version, connection.number("PRAGMA user_version"));
  if (version > kVersion) return fail(Code::unavailable, "the archive was written by a newer version of godwit");
  return {};
}

Result<void> copy(Connection& source, Connection& target, const std::function<bool()>& paused) {
  sqlite3_backup* backup = sqlite3_backup_init(target.raw(), "main", source.raw(), "main");
  if (backup == nullptr) return std::unexpected(sqlite_error(target.raw(), "backup"));
  int rc = SQLITE_OK;
  while (rc == SQLITE_OK) {
    rc = sqlite3_backup_step(backup, kBackupPages);
    if (rc == SQLITE_OK && paused && paused()) rc = SQLITE_ABORT;
  }
  sqlite3_backup_finish(backup);
  if (rc == SQLITE_DONE) return {};
  return rc == SQLITE_ABORT ? fail(Code::unavailable, "the backup was given up")
                            : std::unexpected(sqlite_error(target.raw(), "backup"));
}

}  // namespace

Result<Connection> open_archive_writer(const std::string& path) {
  TRY(auto connection, Connection::open(path, Connection::Mode::create));
  CHECK_OK(register_tokenizer(connection.raw()));
  // FAST overwrites what is deleted within a page; a recall overwrites a text's other pages itself
  // (archive_recall.cpp).
  CHECK_OK(connection.run(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=FAST; PRAGMA cache_size=-32768;"
      "PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=67108864; PRAGMA temp_store=MEMORY;"));
  TRY(const auto tables, connection.number("SELECT count(*) FROM sqlite_schema"));
  if (tables == 0) CHECK_OK(make_tables(connection));
  CHECK_OK(check_version(connection));
  CHECK_OK(upgrade(connection));
  CHECK_OK(prepare_index(connection));
  return connection;
}

Result<Connection> open_archive_reader(const std::string& path) {
  TRY(auto connection, Connection::open(path, Connection::Mode::read));
  CHECK_OK(register_tokenizer(connection.raw()));
  CHECK_OK(connection.run("PRAGMA query_only=1; PRAGMA cache_size=-8192; PRAGMA temp_store=MEMORY;"));
  CHECK_OK(check_version(connection));
  return connection;
}

std::int64_t writer_number(std::string_view sender) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
  for (const char c : sender) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return static_cast<std::int64_t>(hash >> 17U) + 1;
}

std::string stored_id(std::string_view id) {
  const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
  std::string bytes;
  for (std::size_t i = 0; id.size() == 32 && i < id.size(); i += 2) {
    if (digit(id[i]) < 0 || digit(id[i + 1]) < 0) break;
    bytes += static_cast<char>(digit(id[i]) * 16 + digit(id[i + 1]));
  }
  // No id of ours begins with 0xFF: that would be a time in the year 10889.
  return bytes.size() == 16 ? bytes : '\xFF' + std::string(id);
}

Result<void> backup_archive(const std::string& path, const std::string& target, const std::function<bool()>& paused) {
  std::error_code ignored;
  std::filesystem::remove(target, ignored);
  TRY(auto source, open_archive_reader(path));
  TRY(auto copied, Connection::open(target, Connection::Mode::create));
  // One snapshot for all steps: without it every commit of the writer would begin the copy anew.
  TRY(auto snapshot, Transaction::begin(source, Transaction::Kind::read));
  CHECK_OK(source.number("SELECT count(*) FROM sqlite_schema"));
  CHECK_OK(copy(source, copied, paused));
  return snapshot.commit();
}

namespace {

using Complaints = std::vector<std::string>;

Result<void> check_pages(Connection& connection, Complaints& wrong) {
  TRY(auto check, connection.prepare("PRAGMA integrity_check(20)", false));
  for (;;) {
    TRY(const bool more, check.step());
    if (!more) return {};
    if (check.text(0) != "ok") wrong.emplace_back(check.text(0));
  }
}

/// Every message carries a checksum, which SQLite knows nothing of.
Result<void> check_records(Connection& connection, Complaints& wrong) {
  TRY(auto messages, connection.prepare("SELECT record FROM messages", false));
  for (std::size_t damaged = 0;;) {
    TRY(const bool more, messages.step());
    if (!more && damaged > 0) wrong.push_back(std::to_string(damaged) + " messages are damaged");
    if (!more) return {};
    if (!wire::decode_record(messages.blob(0))) ++damaged;
  }
}

Result<void> check_places(Connection& connection, Complaints& wrong) {
  TRY(const auto lost,
      connection.number("SELECT count(*) FROM messages m WHERE NOT EXISTS(SELECT 1 FROM places p WHERE p.key = m.key "
                        "AND p.row = m.row)"
                        " AND NOT EXISTS(SELECT 1 FROM recent_places p WHERE p.key = m.key AND p.row = m.row)"));
  if (lost != 0) wrong.push_back(std::to_string(lost) + " messages have no place in their conversation");
  return {};
}

}  // namespace

Result<std::vector<std::string>> check_archive(const std::string& path) {
  watch_sealed_files();
  if (const auto seal = Seal::open(path)) CHECK_OK(Seal::prepare(path));
  TRY(auto connection, Connection::open(path, Connection::Mode::write));
  CHECK_OK(register_tokenizer(connection.raw()));
  CHECK_OK(check_version(connection));
  Complaints wrong;
  // What cannot even be looked at is a complaint like any other.
  const auto note = [&wrong](const Result<void>& checked) {
    if (!checked) wrong.push_back(checked.error().detail);
  };
  note(check_pages(connection, wrong));
  note(check_records(connection, wrong));
  note(check_places(connection, wrong));
  note(connection.run("INSERT INTO texts(texts) VALUES('integrity-check')"));
  return wrong;
}

}  // namespace godwit::engine::sqlite

#include "engine/mysql/transfer.hpp"

#include <algorithm>
#include <chrono>

#include "engine/mysql/sql.hpp"

namespace godwit::mysql {
namespace {

constexpr std::chrono::seconds kLongWork{600};

constexpr std::string_view kTables =
    "CREATE TABLE IF NOT EXISTS moved_from (id TINYINT UNSIGNED NOT NULL PRIMARY KEY, source VARBINARY(255) NOT NULL, "
    "log_from BIGINT NOT NULL, sent_from BIGINT NOT NULL, finished TINYINT NOT NULL) ENGINE=InnoDB; "
    "CREATE TABLE IF NOT EXISTS moved_rows (kind VARBINARY(64) NOT NULL PRIMARY KEY, source_rows BIGINT UNSIGNED NOT "
    "NULL, whole TINYINT NOT NULL) ENGINE=InnoDB";
constexpr unsigned kNoSuchTable = 1146;

Error error_of(const Settings& settings, const Failure& failure) {
  return {.code = Code::unavailable,
          .detail = "mysql " + settings.address + "/" + settings.database + ": " + failure.words};
}

Sql& add_cell(Sql& sql, const Cell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return sql.signed_number(*number);
  if (const auto* bytes = std::get_if<std::string>(&cell)) return sql.bytes(*bytes);
  return sql.add("NULL");
}

void add_rows(Sql& sql, const Table& table, std::span<const TableRow> rows) {
  if (rows.empty()) return;
  sql.add("INSERT INTO ").add(table.name).add(" (").add(table.columns).add(") VALUES ");
  bool first_row = true;
  for (const auto& row : rows) {
    sql.comma(first_row).add("(");
    bool first = true;
    for (const auto& cell : row) add_cell(sql.comma(first), cell);
    sql.add(")");
  }
  sql.add("; ");
}

}  // namespace

Result<Transfer> Transfer::open(Settings settings, std::string_view part) {
  settings.answer_timeout = std::max(settings.answer_timeout, kLongWork);
  auto connection = Connection::open(settings);
  if (!connection) return std::unexpected(error_of(settings, connection.error()));
  Transfer transfer(std::move(settings), part, std::move(*connection));
  CHECK_OK(transfer.be_the_only_one());
  CHECK_OK(transfer.run(kTables));
  return transfer;
}

std::unexpected<Error> Transfer::wrong(const Failure& failure) const {
  return std::unexpected(error_of(settings_, failure));
}

Result<void> Transfer::awake() {
  if (connection_.quiet()) return {};
  auto again = Connection::open(settings_);
  if (!again) return wrong(again.error());
  connection_ = std::move(*again);
  return be_the_only_one();
}

/// The name is held by the connection, to the end of what it was sent.
Result<void> Transfer::be_the_only_one() {
  Sql sql("SELECT GET_LOCK(SHA2(CONCAT(DATABASE(), '/move/', ");
  auto done = connection_.run(sql.bytes(part_).add("), 256), 30)").text());
  if (!done) return wrong(done.error());
  auto& rows = done->front().rows;
  if (!rows.next() || rows.number(0) != 1) return wrong({.words = "somebody else is moving a directory here"});
  return {};
}

Result<std::vector<Done>> Transfer::run(std::string_view statements) {
  CHECK_OK(awake());
  auto done = connection_.run(statements);
  if (!done) return wrong(done.error());
  return std::move(*done);
}

Result<std::optional<Transfer::Move>> Transfer::move() {
  TRY(auto done, run("SELECT source, log_from, sent_from, finished FROM moved_from WHERE id = 1"));
  auto& rows = done.front().rows;
  if (!rows.next()) return std::nullopt;
  return Move{.source = std::string(rows.text(0)),
              .log_from = rows.signed_number(1),
              .sent_from = rows.signed_number(2),
              .finished = rows.number(3) != 0};
}

Result<void> Transfer::begin(const Move& move) {
  Sql sql("INSERT INTO moved_from VALUES (1, ");
  sql.bytes(move.source).add(", ").signed_number(move.log_from).add(", ").signed_number(move.sent_from).add(", 0)");
  CHECK_OK(run(sql.text()));
  return {};
}

Result<void> Transfer::finish() {
  CHECK_OK(run("UPDATE moved_from SET finished = 1 WHERE id = 1"));
  return {};
}

Result<Transfer::Progress> Transfer::progress(std::string_view kind) {
  Sql sql("SELECT source_rows, whole FROM moved_rows WHERE kind = ");
  TRY(auto done, run(sql.bytes(kind).text()));
  auto& rows = done.front().rows;
  if (!rows.next()) return Progress{};
  return Progress{.rows = rows.number(0), .whole = rows.number(1) != 0};
}

Result<void> Transfer::put(const Table& table, std::span<const TableRow> rows, std::string_view kind, Progress now) {
  Sql sql("START TRANSACTION; ");
  add_rows(sql, table, rows);
  sql.add("INSERT INTO moved_rows VALUES (").bytes(kind).add(", ").number(now.rows).add(", ");
  sql.number(now.whole ? 1 : 0);
  sql.add(") ON DUPLICATE KEY UPDATE source_rows = VALUES(source_rows), whole = VALUES(whole); COMMIT");
  CHECK_OK(run(sql.text()));
  return {};
}

Result<void> Transfer::walk(const Table& table, const RowSink& sink) {
  CHECK_OK(awake());
  Result<void> taken;
  const auto sql = "SELECT " + std::string(table.columns) + " FROM " + std::string(table.name);
  const auto walked = connection_.walk(sql, [&](const RowView& view) {
    TableRow row;
    for (unsigned column = 0; column < view.columns(); ++column)
      row.push_back(view.null(column) ? Cell() : Cell(std::string(view.text(column))));
    taken = sink(std::move(row));
    return taken.has_value();
  });
  if (!walked) return wrong(walked.error());
  return taken;
}

Result<bool> Transfer::empty(std::string_view table) {
  TRY(auto done, run("SELECT 1 FROM " + std::string(table) + " LIMIT 1"));
  return done.front().rows.size() == 0;
}

Result<std::map<Shard, Position>> Transfer::last_positions() {
  TRY(auto done, run("SELECT shard, MAX(position) FROM ledger_log GROUP BY shard"));
  std::map<Shard, Position> last;
  for (auto& rows = done.front().rows; rows.next();) last[static_cast<Shard>(rows.number(0))] = rows.number(1);
  return last;
}

Result<void> Transfer::set_positions() {
  TRY(auto holes, run("SELECT shard FROM ledger_log GROUP BY shard HAVING MAX(position) <> COUNT(*)"));
  if (auto& rows = holes.front().rows; rows.next())
    return wrong({.words = "the log of shard " + std::string(rows.text(0)) + " has a hole"});
  CHECK_OK(
      run("UPDATE ledger_shards AS shards JOIN (SELECT shard, MAX(position) AS last FROM ledger_log GROUP BY shard) "
          "AS log ON log.shard = shards.shard SET shards.position = log.last, shards.relayed = log.last"));
  return {};
}

Result<bool> Transfer::numbered() {
  TRY(auto done,
      run("SELECT (SELECT COUNT(*) FROM ledger_members WHERE lease_until > TIMESTAMPDIFF(MICROSECOND, "
          "'1970-01-01', UTC_TIMESTAMP(6)) DIV 1000) + (SELECT COUNT(*) FROM ledger_shards WHERE position > 0)"));
  auto& rows = done.front().rows;
  return rows.next() && rows.number(0) > 0;
}

Result<std::string> Transfer::name_life(std::string_view epoch) {
  Sql sql("INSERT IGNORE INTO inbox_life VALUES (1, ");
  TRY(auto done, run(sql.bytes(epoch).add("); SELECT epoch FROM inbox_life").text()));
  auto& rows = done.back().rows;
  if (!rows.next()) return wrong({.words = "inbox_life is empty"});
  return std::string(rows.text(0));
}

Result<void> refuse_unfinished_move(const Settings& settings) {
  auto connection = Connection::open(settings);
  if (!connection) return std::unexpected(error_of(settings, connection.error()));
  auto done = connection->run("SELECT 1 FROM moved_from WHERE finished = 0");
  if (!done && done.error().number == kNoSuchTable) return {};
  if (!done) return std::unexpected(error_of(settings, done.error()));
  if (done->front().rows.size() == 0) return {};
  return std::unexpected(error_of(settings, {.words = "a data directory is being moved here and is not all there yet: "
                                                      "run `godwit admin migrate` again until it is"}));
}

}  // namespace godwit::mysql

#include "engine/mysql/transfer.hpp"

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

#include "base/random.hpp"
#include "engine/mysql/ledger_tables.hpp"
#include "engine/mysql/moved_tables.hpp"
#include "engine/mysql/mysql_fixture.hpp"
#include "engine/mysql/positions.hpp"

namespace godwit::mysql {
namespace {

using testing::good;

struct Bed {
  Bed() {
    auto connection = database.connect();
    good(prepare_ledger(connection, "a store", Shards().set()));
    REQUIRE(Positions::open(database.settings(), clock, log, metrics).has_value());
  }
  /// Another one each time: one waits for the other.
  Transfer open() {
    auto opened = Transfer::open(database.settings(), std::to_string(++parts));
    REQUIRE_MESSAGE(opened.has_value(), opened.error().detail);
    return std::move(*opened);
  }
  int parts = 0;
  testing::ScratchDatabase database;
  ManualClock clock;
  Log log{-1};
  Metrics metrics;
};

std::vector<TableRow> rows_of(Transfer& transfer, const Table& table) {
  std::vector<TableRow> all;
  const auto walked = transfer.walk(table, [&](TableRow row) -> Result<void> {
    all.push_back(std::move(row));
    return {};
  });
  REQUIRE_MESSAGE(walked.has_value(), walked.error().detail);
  std::ranges::sort(all);
  return all;
}

TableRow head(const std::string& conversation, std::int64_t seq) { return {conversation, seq, std::int64_t{1}}; }
TableRow log_row(Shard shard, std::int64_t position) {
  return {std::int64_t{shard}, position, "u:a:b", position, std::int64_t{1}, std::string("\0'\xff", 3)};
}

}  // namespace

TEST_CASE("mysql: rows are moved with a note of how far they are, or neither is there") {
  Bed bed;
  auto transfer = bed.open();
  CHECK(*transfer.empty("ledger_heads"));
  CHECK(transfer.progress("heads")->rows == 0);
  const std::vector<TableRow> two{head("u:a:b", 7), head("g:x", 1)};
  REQUIRE(transfer.put(kMovedHeads, two, "heads", {.rows = 2, .whole = false}));
  CHECK_FALSE(*transfer.empty("ledger_heads"));
  CHECK(rows_of(transfer, kMovedHeads) == std::vector<TableRow>{{"g:x", "1", "1"}, {"u:a:b", "7", "1"}});

  const std::vector<TableRow> again{head("s:c", 1), head("g:x", 2)};  // the second is there
  CHECK_FALSE(transfer.put(kMovedHeads, again, "heads", {.rows = 4, .whole = false}).has_value());
  auto later = bed.open();
  CHECK(later.progress("heads")->rows == 2);
  CHECK(rows_of(later, kMovedHeads).size() == 2);
  REQUIRE(later.put(kMovedHeads, {}, "heads", {.rows = 2, .whole = true}));
  CHECK(later.progress("heads")->whole);
  CHECK_FALSE(later.progress("others")->whole);
}

TEST_CASE("mysql: NULL, numbers below zero and any bytes arrive as they are") {
  Bed bed;
  auto connection = bed.database.connect();
  good(connection.run("CREATE TABLE t (a VARCHAR(8) CHARACTER SET utf8mb4, b BIGINT, c BLOB)"));
  auto transfer = bed.open();
  const std::string bytes("\0'\\\xff", 4);
  const std::vector<TableRow> rows{{"天气", std::int64_t{-5}, bytes}, {std::monostate(), std::int64_t{0}, ""}};
  REQUIRE(transfer.put({"t", "a, b, c"}, rows, "t", {.rows = 2, .whole = true}));
  CHECK(rows_of(transfer, {"t", "a, b, c"}) ==
        std::vector<TableRow>{{std::monostate(), "0", ""}, {"天气", "-5", bytes}});
}

TEST_CASE("mysql: what was moved counts as numbered and relayed, where no position is missing") {
  Bed bed;
  auto transfer = bed.open();
  CHECK_FALSE(*transfer.numbered());
  const std::vector<TableRow> rows{log_row(3, 1), log_row(3, 2)};
  REQUIRE(transfer.put(kMovedLog, rows, "log", {.rows = 2, .whole = true}));
  CHECK(*transfer.last_positions() == std::map<Shard, Position>{{3, 2}});
  REQUIRE(transfer.set_positions());
  REQUIRE(transfer.set_positions());
  CHECK(*transfer.numbered());
  auto connection = bed.database.connect();
  auto shards = good(connection.run("SELECT shard FROM ledger_shards WHERE position = 2 AND relayed = 2"));
  CHECK(shards.front().rows.size() == 1);
  const std::vector<TableRow> hole{log_row(4, 5)};
  REQUIRE(transfer.put(kMovedLog, hole, "more", {.rows = 1, .whole = true}));
  const auto refused = transfer.set_positions();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().detail.contains("the log of shard 4 has a hole"));
}

TEST_CASE("mysql: a move is of one source, and nobody starts before it is finished") {
  Bed bed;
  CHECK(refuse_unfinished_move(bed.database.settings()).has_value());
  auto transfer = bed.open();
  CHECK(refuse_unfinished_move(bed.database.settings()).has_value());
  CHECK_FALSE(transfer.move()->has_value());
  REQUIRE(transfer.begin({.source = "a life", .log_from = 5, .sent_from = -6}));
  CHECK_FALSE(transfer.begin({.source = "another"}).has_value());
  auto later = bed.open();
  const auto move = *later.move();
  REQUIRE(move.has_value());
  CHECK((move->source == "a life" && move->log_from == 5 && move->sent_from == -6 && !move->finished));
  const auto refused = refuse_unfinished_move(bed.database.settings());
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().detail.contains("not all there yet"));
  REQUIRE(later.finish());
  CHECK(refuse_unfinished_move(bed.database.settings()).has_value());
  CHECK((*later.move())->finished);
  CHECK(*later.name_life("first") == "first");
  CHECK(*later.name_life("second") == "first");
}

TEST_CASE("mysql: of two that move into one part of a database the second waits for the first") {
  Bed bed;
  std::optional<Transfer> first(*Transfer::open(bed.database.settings(), "home"));
  const auto beside = Transfer::open(bed.database.settings(), "ledger");
  CHECK(beside.has_value());
  std::atomic<bool> opened = false;
  std::thread second([&] { opened = Transfer::open(bed.database.settings(), "home").has_value(); });
  auto connection = bed.database.connect();
  const auto waits = [&] {
    return good(connection.run(
                    "SELECT 1 FROM information_schema.processlist WHERE info LIKE 'SELECT GET_LOCK%' AND db = "
                    "DATABASE()"))
               .front()
               .rows.size() > 0;
  };
  while (!waits()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  CHECK_FALSE(opened);
  first.reset();
  second.join();
  CHECK(opened);
}

TEST_CASE("mysql: a walk ends with the sink's error, and the connection is of use again") {
  Bed bed;
  auto transfer = bed.open();
  const std::vector<TableRow> rows{head("u:a:b", 7), head("g:x", 1), head("s:a", 1)};
  REQUIRE(transfer.put(kMovedHeads, rows, "heads", {.rows = 3, .whole = true}));
  int seen = 0;
  const auto ended = transfer.walk(kMovedHeads, [&](const TableRow&) -> Result<void> {
    return ++seen == 2 ? fail(Code::internal, "enough") : Result<void>();
  });
  CHECK((!ended && ended.error().detail == "enough" && seen == 2));
  CHECK(rows_of(transfer, kMovedHeads).size() == 3);
  auto connection = bed.database.connect();
  good(connection.run("KILL " + std::to_string(transfer.connection_id())));
  CHECK(rows_of(transfer, kMovedHeads).size() == 3);  // an idle connection that ended is made again
}

}  // namespace godwit::mysql

#include <algorithm>
#include <map>
#include <thread>

#include "engine/mysql/ledger_fixture.hpp"
#include "engine/mysql/ledger_statements.hpp"
#include "engine/mysql/own_server_fixture.hpp"

namespace godwit::mysql {
namespace {

using dispatch::suite::row;
using testing::good;
using testing::LedgerDatabase;

std::string name_of_store(LedgerStore& store) {
  return dispatch::suite::good(sync_wait(store.attend({.member = {.name = "a", .address = ""}}))).store;
}

TEST_CASE("mysql: processes that start at once make the tables once; a step that was not noted is done again") {
  testing::ScratchDatabase database;
  SystemRandom random;
  Log log;
  Metrics metrics;
  std::vector<std::unique_ptr<LedgerStore>> stores(4);
  {
    std::vector<std::jthread> threads;
    for (auto& store : stores)
      threads.emplace_back([&] {
        if (auto opened = LedgerStore::open(database.settings(), random, log, metrics)) store = std::move(*opened);
      });
  }
  for (const auto& store : stores) REQUIRE(store != nullptr);
  const auto name = name_of_store(*stores[0]);
  CHECK(name.size() == 26);
  for (const auto& store : stores) CHECK(name_of_store(*store) == name);
  auto connection = database.connect();
  const auto version_now = [&] {
    auto noted = good(connection.run("SELECT version FROM ledger_version"));
    REQUIRE(noted[0].rows.next());
    return noted[0].rows.number(0);
  };
  const auto made = version_now();
  REQUIRE(made > 4);
  good(connection.run("UPDATE ledger_shards SET position = 7 WHERE shard = 3"));
  for (const auto* version : {"0", "1", "4"}) {
    good(connection.run(std::string("UPDATE ledger_version SET version = ") + version));
    auto again = LedgerStore::open(database.settings(), random, log, metrics);
    REQUIRE_MESSAGE(again.has_value(), again.error().detail);
    CHECK(name_of_store(**again) == name);
    const auto known = sync_wait((*again)->look_up({.sent = {}, .heads = {}, .shards = true}));
    CHECK(known->shards[3].position == 7);
    CHECK(version_now() == made);
  }
  good(connection.run("UPDATE ledger_version SET version = 99"));
  const auto newer = LedgerStore::open(database.settings(), random, log, metrics);
  REQUIRE_FALSE(newer.has_value());
  CHECK(newer.error().detail.find("newer version") != std::string::npos);
}

TEST_CASE("mysql: a server that may lose what it committed is refused, by the setting's name") {
  testing::OwnServer server("--log-bin --sync-binlog=1");
  auto admin = good(Connection::open(server.settings()));
  const std::map<std::string, std::string> wrong{{"innodb_flush_log_at_trx_commit", "2"},
                                                 {"max_allowed_packet", "1048576"},
                                                 {"sync_binlog", "0"},
                                                 {"binlog_format", "'STATEMENT'"},
                                                 {"read_only", "1"}};
  for (const auto& [setting, value] : wrong) {
    auto old = good(admin.run("SELECT @@global." + setting + "; SET GLOBAL " + setting + " = " + value));
    REQUIRE(old[0].rows.next());
    const auto refused = Connection::open(server.settings());
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().trouble == Trouble::refused);
    CHECK(refused.error().words.find(setting) != std::string::npos);
    good(admin.run("SET GLOBAL " + setting + " = " + std::string(old[0].rows.text(0))));  // a word needs no quotes
    CHECK(Connection::open(server.settings()).has_value());
  }
}

/// The plan of a statement: every table of the log's, with how it is read.
void check_by_index(Connection& connection, const std::string& packet) {
  std::size_t explained = 0;
  for (std::size_t begin = 0; begin < packet.size();) {
    const auto end = std::min(packet.find("; ", begin), packet.size());
    const auto statement = packet.substr(begin, end - begin);
    begin = end + 2;
    if (!statement.starts_with("SELECT") && !statement.starts_with("UPDATE") && !statement.starts_with("DELETE"))
      continue;
    auto plan = good(connection.run("EXPLAIN " + statement));
    for (auto& rows = plan[0].rows; rows.next();) {
      const std::string table(rows.text(2)), how(rows.text(3));
      if (!table.starts_with("ledger_")) continue;
      ++explained;
      if (table == "ledger_shards" && statement.starts_with("SELECT")) continue;  // all 256 are wanted
      if (table == "ledger_members") continue;                                    // so are all who are there
      CHECK_MESSAGE((how != "ALL" && how != "index"), table << " by " << how << ": " << statement.substr(0, 200));
    }
  }
  CHECK(explained > 0);
}

TEST_CASE("mysql: no verb reads more of the log than it wants") {
  LedgerDatabase database;
  auto connection = database.database().connect();
  // As large as a table must be for its statistics to matter; and as they are just after it was empty.
  good(
      connection.run("INSERT INTO ledger_log SELECT seq % 256, seq DIV 256 + 1, CONCAT('g:', seq % 50), seq, seq, '' "
                     "FROM seq_1_to_20000; "
                     "INSERT INTO ledger_sent SELECT seq, '', '', seq, seq FROM seq_1_to_20000; "
                     "INSERT INTO ledger_heads SELECT CONCAT('g:', seq), seq, seq FROM seq_1_to_20000"));
  for (const bool analyzed : {false, true}) {
    if (analyzed) good(connection.run("ANALYZE TABLE ledger_log, ledger_sent, ledger_heads, ledger_shards"));
    const auto group = Conversation::of_group(GroupKey("7"));
    dispatch::LookUp what{.sent = {}, .heads = {}, .shards = false};
    dispatch::Batch batch;
    dispatch::Attendance attendance{.member = {.name = "a", .address = ""}, .lease = std::chrono::seconds(1)};
    std::vector<std::pair<Shard, Position>> positions;
    for (int i = 0; i < 200; ++i) {
      what.sent.push_back(std::to_string(i * 90));
      what.heads.push_back(Conversation::of_group(GroupKey(std::to_string(i * 90))));
      const auto shard = static_cast<Shard>(i);
      batch.fences.push_back({.shard = shard, .epoch = 1, .position = 5});
      attendance.take.push_back(shard);
      attendance.release.push_back(shard);
      positions.emplace_back(shard, 5);
    }
    for (const auto& packet :
         {look_up_packet(what), commit_packet(batch), attend_packet(attendance), relayed_packet(positions),
          rows_packet(7, 3, 100), trimmable_packet(10), oldest_packet(7, 256), trim_log_packet(7, 3),
          trim_sent_packet(100, 256), tail_packet({.conversation = group, .after = 5, .before = 900, .limit = 50}),
          tail_packet({.conversation = group, .limit = 50, .newest = true})})
      check_by_index(connection, packet);
  }
}

TEST_CASE("mysql: trimming goes over all shards in small steps, up to its limit") {
  LedgerDatabase database;
  auto connection = database.database().connect();
  good(
      connection.run("INSERT INTO ledger_log SELECT seq % 3, (seq + 2) DIV 3, 'g:x', seq, seq, '' FROM seq_1_to_3000; "
                     "INSERT INTO ledger_sent SELECT seq, '', '', seq, seq FROM seq_1_to_1000; "
                     "UPDATE ledger_shards SET relayed = 800 WHERE shard < 2"));
  auto& store = database.store();
  const auto trim = [&](Millis log, Millis sent, std::size_t limit) {
    return dispatch::suite::good(sync_wait(store.trim(log, sent, limit)));
  };
  const auto left = [&](const std::string& table, const std::string& where) {
    auto done = good(connection.run("SELECT COUNT(*) FROM " + table + " WHERE " + where));
    REQUIRE(done[0].rows.next());
    return done[0].rows.number(0);
  };
  CHECK(trim(0, 0, 1000) == 0);
  CHECK(trim(3001, 0, 0) == 0);
  CHECK(trim(3001, 0, 300) == 300);
  CHECK(left("ledger_log", "1 = 1") == 2700);
  CHECK(trim(3001, 0, 300) == 300);
  CHECK(left("ledger_log", "shard = 0") == 700);  // each in its turn
  CHECK(left("ledger_log", "shard = 1") == 700);
  CHECK(trim(3001, 501, 5000) == 1000 + 500);  // 800 of each that is relayed, by now; and what was sent
  CHECK(left("ledger_log", "shard < 2 AND position > 800") == left("ledger_log", "shard < 2"));
  CHECK(left("ledger_log", "shard = 2") == 1000);
  CHECK(left("ledger_sent", "time < 501") == 0);
  CHECK(left("ledger_sent", "1 = 1") == 500);
}

}  // namespace
}  // namespace godwit::mysql

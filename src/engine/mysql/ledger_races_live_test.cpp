#include <atomic>
#include <random>
#include <thread>

#include "engine/mysql/ledger_fixture.hpp"

namespace godwit::mysql {
namespace {

using dispatch::Outcome;
using dispatch::suite::batch;
using dispatch::suite::good;
using dispatch::suite::kShard;
using dispatch::suite::row;
using std::chrono::milliseconds;
using testing::LedgerDatabase;

dispatch::Attendance taking(const std::string& name, milliseconds lease) {
  return {.member = {.name = name, .address = name + ":1"}, .lease = lease, .take = {kShard}, .release = {}};
}

/// What lies in the shard is one unbroken row of numbers; how many.
std::size_t check_dense(LedgerStore& store) {
  const auto rows = good(sync_wait(store.rows(kShard, 0, 100'000)));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(rows[i].position == i + 1);
    CHECK(rows[i].message->seq == i + 1);
  }
  const auto known = good(sync_wait(store.look_up({.sent = {}, .heads = {}, .shards = true})));
  CHECK(known.shards[kShard].position == rows.size());
  return rows.size();
}

TEST_CASE("mysql: two members race for a shard; what each commits stands in one row of numbers") {
  LedgerDatabase database;
  const auto other = database.another();
  std::atomic<std::size_t> committed{0}, fenced{0}, owned{0};
  const auto race = [&](LedgerStore& store, const std::string& name, unsigned seed) {
    std::mt19937 random(seed);
    for (int i = 0; i < 150; ++i) {
      const auto state = good(sync_wait(store.attend(taking(name, milliseconds(12))))).shards[kShard];
      if (state.owner != name) {
        std::this_thread::sleep_for(milliseconds(random() % 4));
        continue;
      }
      ++owned;
      std::this_thread::sleep_for(milliseconds(random() % 20));  // at times for longer than the lease
      const auto next = state.position + 1;
      const auto outcome =
          good(sync_wait(store.commit(batch(state.epoch, state.position, {row(next, "flock", next)}))));
      CHECK(outcome != Outcome::conflict);
      ++(outcome == Outcome::committed ? committed : fenced);
    }
  };
  {
    std::jthread one([&] { race(database.store(), "a", 1); });
    std::jthread two([&] { race(*other, "b", 2); });
  }
  CHECK(check_dense(database.store()) == committed);
  CHECK(fenced > 0);
  CHECK(committed > 20);
  CHECK(owned == committed + fenced);
}

TEST_CASE("mysql: whoever attends while another does sees what that one took") {
  LedgerDatabase database;
  const auto other = database.another();
  auto holder = database.database().connect();
  testing::good(holder.run("START TRANSACTION; SELECT shard FROM ledger_shards WHERE shard = 255 FOR UPDATE"));
  {
    std::jthread first([&] {
      auto attendance = taking("first", milliseconds(10'000));
      attendance.take.push_back(255);  // held: so this one has the other shard, and is not done
      good(sync_wait(database.store().attend(attendance)));
    });
    std::this_thread::sleep_for(milliseconds(200));
    std::jthread second([&] { good(sync_wait(other->attend(taking("second", milliseconds(10'000))))); });
    std::this_thread::sleep_for(milliseconds(200));
    testing::good(holder.run("COMMIT"));
  }
  const auto known = good(sync_wait(database.store().look_up({.sent = {}, .heads = {}, .shards = true})));
  CHECK(known.shards[kShard].owner == "first");
  CHECK(known.shards[kShard].epoch == 1);
}

TEST_CASE("mysql: connections that ended while nobody used them cost nobody an error") {
  LedgerDatabase database;
  auto& store = database.store();
  auto& admin = database.database().admin();
  Position last = 0;
  for (int round = 0; round < 3; ++round) {
    const auto state = good(sync_wait(store.attend(taking("a", milliseconds(10'000))))).shards[kShard];
    CHECK(good(sync_wait(store.commit(batch(state.epoch, last, {row(last + 1, "flock", last + 1)})))) ==
          Outcome::committed);
    CHECK(good(sync_wait(store.rows(kShard, last++, 10))).size() == 1);
    auto found = testing::good(admin.run(database.connections()));
    CHECK(found[0].rows.size() >= 2);
    while (found[0].rows.next()) testing::good(admin.run("KILL " + std::string(found[0].rows.text(0))));
    while (testing::good(admin.run(database.connections()))[0].rows.size() > 0)
      std::this_thread::sleep_for(milliseconds(5));
  }
}

TEST_CASE("mysql: a commit whose connection is killed is there or not, and taking the shard anew says which") {
  LedgerDatabase database;
  auto& store = database.store();
  auto& admin = database.database().admin();
  const auto connections =
      "SELECT id FROM information_schema.processlist WHERE db = '" + database.database().settings().database + "'";
  std::mt19937 random(3);
  std::size_t unknown = 0, unknown_committed = 0;
  for (int i = 0; i < 150; ++i) {
    const auto state = good(sync_wait(store.attend(taking("a", milliseconds(10'000))))).shards[kShard];
    const auto next = state.position + 1;
    std::vector<dispatch::LogRow> rows;
    for (Position at = next; at < next + 200; ++at) rows.push_back(row(at, "flock", at));
    std::jthread killer([&, pause = random() % 12'000] {
      std::this_thread::sleep_for(std::chrono::microseconds(pause));
      auto found = testing::good(admin.run(database.connections()));
      while (found[0].rows.next()) (void)admin.run("KILL " + std::string(found[0].rows.text(0)));
    });
    const auto outcome = sync_wait(store.commit(batch(state.epoch, state.position, std::move(rows))));
    killer.join();
    if (outcome) CHECK(*outcome == Outcome::committed);
    unknown += outcome ? 0 : 1;
    Result<dispatch::Roll> roll = fail(Code::internal);
    for (int attempt = 0; !roll && attempt < 3; ++attempt)
      roll = sync_wait(store.attend(taking("a", milliseconds(10'000))));
    const auto after = good(std::move(roll)).shards[kShard].position;
    CHECK((after == state.position || after == state.position + 200));
    if (outcome) CHECK(after == state.position + 200);
    unknown_committed += !outcome && after > state.position ? 1 : 0;
  }
  check_dense(store);
  MESSAGE(unknown << " commits were not answered, " << unknown_committed << " of them are there");
  CHECK(unknown > 10);
}

}  // namespace
}  // namespace godwit::mysql

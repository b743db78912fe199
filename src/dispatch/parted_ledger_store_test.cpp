#include "dispatch/parted_ledger_store.hpp"

#include <algorithm>
#include <list>
#include <optional>

#include "dispatch/ledger_store_suite.hpp"
#include "dispatch/sequencer_fixture.hpp"
#include "dispatch/testing_dispatchers.hpp"
#include "engine/memory/ledger_store.hpp"

namespace godwit::dispatch {
namespace {

constexpr std::size_t kParts = 3;

struct Parts {
  explicit Parts(const Clock& clock) {
    for (std::size_t i = 0; i < kParts; ++i)
      wires.emplace_back(stores.emplace_back(clock, "store" + std::to_string(i)));
    store.emplace(std::vector<std::reference_wrapper<LedgerStore>>(wires.begin(), wires.end()),
                  PartedLedgerStore::even(kParts));
  }
  std::list<memory::LedgerStore> stores;
  std::list<testing::Wire> wires;
  std::optional<PartedLedgerStore> store;
  testing::Wire& wire_of(Shard shard) {
    return *std::next(wires.begin(), static_cast<std::ptrdiff_t>(store->part_of(shard)));
  }
};

class Bed final : public suite::StoreBed {
 public:
  LedgerStore& store() override { return *parts_.store; }
  void wait(std::chrono::milliseconds time) override { clock_.advance(time.count()); }
  Parts& parts() { return parts_; }

 private:
  ManualClock clock_;
  Parts parts_{clock_};
};

TEST_CASE("parted store: the ledger store") {
  suite::ledger_store_suite([] { return std::make_unique<Bed>(); });
}

struct Stored {
  SystemClock wall;
  Parts parts{wall};
};
class LedgerBed final : Stored, public testing::SequencerBed {
 public:
  LedgerBed() : SequencerBed(*parts.store) {}
};

TEST_CASE("parted store: the ledger") {
  suite::ledger_suite([] { return std::make_unique<LedgerBed>(); });
}

TEST_CASE("parted store: shards lie in even ranges") {
  const auto map = PartedLedgerStore::even(kParts);
  CHECK(map[0] == 0);
  CHECK(map[kShards - 1] == kParts - 1);
  for (Shard shard = 1; shard < kShards; ++shard) CHECK((map[shard] - map[shard - 1]) < 2);
  for (std::size_t part = 0; part < kParts; ++part) CHECK(std::ranges::count(map, part) >= 85);
}

TEST_CASE("parted store: a batch over two parts is nobody's") {
  Bed bed;
  auto what = suite::batch(0, 0, {suite::row(1, "flock", 1)});
  what.fences.push_back({.shard = static_cast<Shard>(suite::kShard < kShards / 2 ? kShards - 1 : 0)});
  const auto refused = sync_wait(bed.store().commit(std::move(what)));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Code::internal);
}

TEST_CASE("parted store: a part that is away keeps what it said last, and the others go on") {
  Bed bed;
  auto& parts = bed.parts();
  const Shard theirs = suite::kShard < kShards / 2 ? kShards - 1 : 0;
  parts.wire_of(theirs).cut = true;
  CHECK_FALSE(sync_wait(bed.store().attend({.member = {"a", "a:1"}, .lease = suite::kLease})).has_value());
  parts.wire_of(theirs).cut = false;
  suite::attend(bed, "a", {suite::kShard, theirs});
  parts.wire_of(theirs).cut = true;
  const auto roll = suite::attend(bed, "a", {suite::kShard, theirs});
  CHECK(roll.store == "store0+store1+store2");
  CHECK(roll.members == std::vector<Dispatcher>{{"a", "a:1"}});
  CHECK(roll.shards[suite::kShard].epoch == 2);
  CHECK(roll.shards[theirs].epoch == 1);
  CHECK(roll.shards[theirs].owner == "a");
  CHECK(suite::commit(bed, suite::batch(2, 0, {suite::row(1, "flock", 1)})) == Outcome::committed);
  CHECK_FALSE(sync_wait(bed.store().look_up({.sent = {}, .heads = {}, .shards = true})).has_value());
  CHECK_FALSE(sync_wait(bed.store().look_up({.sent = {"flock/1"}})).has_value());
  const auto part = bed.store().part_of(suite::kShard);
  const auto known = suite::good(sync_wait(bed.store().look_up(
      {.sent = {"flock/1"}, .heads = {Conversation::of_group(GroupKey("flock"))}, .shards = false, .part = part})));
  CHECK(known.sent.size() == 1);
  CHECK(known.heads.size() == 1);
  for (auto& wire : parts.wires) wire.cut = true;
  CHECK_FALSE(sync_wait(bed.store().attend({.member = {"a", "a:1"}, .lease = suite::kLease})).has_value());
}

/// One dispatcher on such a store, stepped by the test.
struct Alone {
  Alone() {
    sequencer.start();
    executor.run_for(std::chrono::milliseconds(100));
  }
  ~Alone() {
    spawn(sequencer.stop());
    executor.run_for(std::chrono::seconds(5));
  }
  using Answer = std::shared_ptr<std::optional<Result<sequencer::Numbered>>>;
  Answer send(const std::string& group, const std::string& once) {
    auto answer = std::make_shared<std::optional<Result<sequencer::Numbered>>>();
    executor.enter([&] {
      spawn([](Sequencer& to, Draft draft, Answer into) -> Task<void> {
        into->emplace(co_await to.number(std::move(draft)));
      }(sequencer, testing::draft(group, once), answer));
    });
    return answer;
  }
  std::string group_in(std::size_t part) {
    for (int i = 0;; ++i) {
      auto name = "group" + std::to_string(i);
      if (parts.store->part_of(shard_of(Conversation::of_group(GroupKey(name)))) == part) return name;
    }
  }

  ManualClock clock;
  Parts parts{clock};
  memory::Broker broker{clock};
  Log log{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  Metrics metrics;
  SteppedExecutor executor{clock};
  Relay relay{*parts.store, broker, executor, {}, log, metrics};
  Sequencer sequencer{
      {.store = *parts.store, .relay = relay, .executor = executor}, {"a", "a:1"}, {}, clock, log, metrics};
};

TEST_CASE("parted store: a commit that nobody hears of holds up its own part alone") {
  Alone house;
  const auto first = house.group_in(0), second = house.group_in(1);
  auto& wire = house.parts.wires.front();
  wire.cut_commit = true;  // it is committed; then nothing comes through any more
  const auto hanging = house.send(first, "1");
  house.executor.run_for(std::chrono::milliseconds(100));
  CHECK(wire.cut);
  CHECK_FALSE(hanging->has_value());
  for (Seq seq = 1; seq <= 3; ++seq) {
    const auto other = house.send(second, std::to_string(10 + seq));
    house.executor.run_for(std::chrono::milliseconds(10));
    REQUIRE(other->has_value());
    CHECK(std::get<Published>(***other).seq == seq);
  }
  house.executor.run_for(std::chrono::seconds(3));
  REQUIRE(hanging->has_value());
  CHECK((*hanging)->error().code == Code::unavailable);
  wire.cut = false;
  house.executor.run_for(std::chrono::seconds(3));
  const auto again = house.send(first, "1");
  house.executor.run_for(std::chrono::milliseconds(100));
  REQUIRE(again->has_value());
  CHECK(std::get<Published>(***again).seq == 1);
  CHECK(std::get<Published>(***again).repeated);
}

}  // namespace
}  // namespace godwit::dispatch

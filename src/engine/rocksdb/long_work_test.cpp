#include <doctest/doctest.h>

#include <atomic>

#include "engine/rocksdb/cursor_store.hpp"
#include "engine/rocksdb/keys.hpp"
#include "engine/rocksdb/test_bed.hpp"
#include "engine/rocksdb/timeline.hpp"
#include "offline/timeline_suite.hpp"

// However much one user has: no write holds up the one writing thread with all of it.

namespace godwit::rocks {
namespace {

using offline::suite::ann;

/// The largest batch, in keys.
class Largest final : public Participant {
 public:
  void seal(::rocksdb::WriteBatch& batch) override {
    if (batch.Count() > keys) keys = batch.Count();
  }
  std::atomic<std::uint32_t> keys = 0;
};

struct Bed {
  Bed() {
    committer.attach(cursors);
    committer.attach(largest);
    committer.start();
  }
  ~Bed() { committer.stop(); }

  testing::Directory directory;
  testing::Silence silence;
  ManualClock clock;
  Metrics metrics;
  Settings settings{.devices = 2};
  std::unique_ptr<Store> store = *Store::open(directory.path() / "messages", settings, clock, silence.log());
  Pool reads{"reads", 1, 100};
  Committer committer{*store, settings, silence.log(), metrics};
  Untaken none = [] { return std::vector<MessagePtr>(); };
  RocksdbCursorStore cursors{*store, committer, reads, settings, clock, none};
  RocksdbTimeline timeline{*store, committer, reads, settings, none, "life"};
  Largest largest;
};

TEST_CASE("rocksdb: a new device, and a forgotten one, take many small writes") {
  Bed bed;
  for (int i = 0; i < 3000; i += 100) {
    std::vector<offline::Acknowledged> some;
    some.push_back({.user = ann, .device = DeviceId("first"), .positions = {}});
    for (int n = i; n < i + 100; ++n)
      some.front().positions.emplace_back(Conversation::direct(ann, UserKey("friend" + std::to_string(n))), 7);
    REQUIRE(sync_wait(bed.cursors.advance(std::move(some))));
  }
  bed.largest.keys = 0;
  for (const auto* device : {"second", "third", "fourth"}) {
    bed.clock.advance(1000);
    REQUIRE(sync_wait(bed.cursors.adopt_device(ann, DeviceId(device))));
  }
  CHECK(bed.largest.keys > 100);
  CHECK(bed.largest.keys <= 600);
  ::rocksdb::PinnableSlice value;
  const auto has = [&](const char* device) {
    return *bed.store->get(Family::inbox, cursor_prefix("ann", device) + "u:ann:friend2999", value);
  };
  CHECK_FALSE(has("first"));  // forgotten, with all that was its
  CHECK_FALSE(has("second"));
  CHECK(has("third"));
  CHECK(has("fourth"));
}

TEST_CASE("rocksdb: adoptions of one user wait for each other, with a bound") {
  Bed bed;
  Turns turns;
  std::vector<std::string> order;
  auto first = std::make_unique<Result<Turns::Turn>>(sync_wait(turns.take("ann")));
  const auto wait = [&](std::string name) {
    spawn([](Turns& of, std::vector<std::string>& notes, std::string as) -> Task<void> {
      const auto turn = co_await of.take("ann");
      notes.push_back(as + (turn ? "" : " refused"));
    }(turns, order, std::move(name)));
  };
  wait("second");
  wait("third");
  CHECK(order.empty());
  CHECK(sync_wait(turns.take("bob")));  // nobody else's business
  first.reset();
  CHECK(order == std::vector<std::string>{"second", "third"});
  first = std::make_unique<Result<Turns::Turn>>(sync_wait(turns.take("ann")));
  order.clear();
  for (std::size_t i = 0; i <= Turns::kWaiting; ++i) wait("one");
  CHECK(order == std::vector<std::string>{"one refused"});
  first.reset();
  CHECK(order.size() == Turns::kWaiting + 1);
}

TEST_CASE("rocksdb: the sweep drops what expired in small writes, and all of it") {
  Bed bed;
  std::vector<MessagePtr> batch;
  for (Seq seq = 1; seq <= 3000; ++seq) batch.push_back(std::make_shared<const Message>(offline::suite::message(seq)));
  REQUIRE(sync_wait(bed.timeline.put(batch)));
  bed.largest.keys = 0;
  std::size_t dropped = 0;
  for (bool done = false; !done;) {
    const auto step = sync_wait(bed.timeline.expire(5000, 1000));
    REQUIRE(step);
    dropped += step->dropped;
    done = step->round_done;
  }
  CHECK(dropped == 2999);  // the head stays
  CHECK(bed.largest.keys <= 600);
}

}  // namespace
}  // namespace godwit::rocks

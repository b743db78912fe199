#include "inbox/write_behind.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>

#include "base/testing_executor.hpp"
#include "engine/memory/inbox.hpp"
#include "engine/memory/positions.hpp"
#include "inbox/kept_cursors.hpp"
#include "offline/positions_suite.hpp"

namespace godwit::inbox {
namespace {

using offline::Positions;
using offline::UserPositions;
using namespace offline::suite;
using std::chrono::milliseconds;

/// Redis, as far as it matters here: it may be away.
struct Store final : engine::memory::MemoryInbox {
  using MemoryInbox::MemoryInbox;
  bool away = false;
  Task<Result<void>> adopt_device(const UserKey& user, const DeviceId& device) override {
    if (away) co_return fail(Code::unavailable);
    co_return co_await MemoryInbox::adopt_device(user, device);
  }
  Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) override {
    if (away) co_return fail(Code::unavailable);
    co_return co_await MemoryInbox::knows_device(user, device);
  }
  Task<Result<void>> advance(std::vector<offline::Acknowledged> devices) override {
    if (away) co_return fail(Code::unavailable);
    co_return co_await MemoryInbox::advance(std::move(devices));
  }
};

struct House {
  explicit House(std::size_t most = 100) : behind(positions, executor, {.most = most}, log, metrics) { behind.start(); }
  ~House() { finish(); }
  void finish() {
    spawn(behind.finish());
    executor.run_for(milliseconds(2000));
  }
  Result<void> advance(const Conversation& conversation, Seq seq) {
    std::vector<offline::Acknowledged> one;
    one.push_back({.user = pia, .device = watch, .positions = {{conversation, seq}}});
    return sync_wait(cursors.advance(std::move(one)));
  }
  UserPositions::Of kept() {
    auto loaded = *sync_wait(positions.load(pia));
    return loaded.devices.empty() ? UserPositions::Of{} : loaded.devices.front().cursors;
  }

  ManualClock clock;
  SteppedExecutor executor{clock};
  Log log{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  Metrics metrics;
  engine::memory::Positions positions;
  engine::memory::MessagesDisk disk;
  Store store{disk};
  WriteBehind behind;
  KeptCursors cursors{store, positions, behind, clock};
};

TEST_CASE("write behind: what moved is kept a second later, of each only the furthest, in one batch") {
  House house;
  for (Seq seq = 1; seq <= 20; ++seq) {
    REQUIRE(house.advance(flock, seq));
    REQUIRE(house.advance(pair, 21 - seq));
  }
  house.executor.run_for(milliseconds(900));
  CHECK(house.kept().empty());
  CHECK(house.behind.waiting() == 2);
  house.executor.run_for(milliseconds(200));
  CHECK(house.kept() == Of{{flock, 20}, {pair, 20}});
  CHECK(house.behind.waiting() == 0);
  CHECK(house.positions.moved == 1);
  house.executor.run_for(milliseconds(5000));
  CHECK(house.positions.moved == 1);  // nothing moved
}

TEST_CASE("write behind: what cannot be kept waits, and never goes back") {
  House house;
  house.positions.away = true;
  REQUIRE(house.advance(flock, 5));
  house.executor.run_for(milliseconds(3000));
  CHECK(house.kept().empty());
  REQUIRE(house.advance(flock, 7));
  CHECK(house.behind.waiting() == 1);
  house.positions.away = false;
  house.executor.run_for(milliseconds(1100));
  CHECK(house.kept() == Of{{flock, 7}});
}

TEST_CASE("write behind: so many wait and no more; whoever comes then is told") {
  House house(2);
  house.positions.away = true;
  REQUIRE(house.advance(flock, 1));
  REQUIRE(house.advance(pair, 1));
  const auto full = house.advance(Conversation::notices_of(pia), 1);
  REQUIRE_FALSE(full);
  CHECK(full.error().code == Code::unavailable);
  CHECK(house.behind.waiting() == 2);
  house.positions.away = false;
  house.executor.run_for(milliseconds(1100));
  REQUIRE(house.advance(Conversation::notices_of(pia), 1));
}

TEST_CASE("write behind: what waits at the end is kept") {
  House house;
  REQUIRE(house.advance(flock, 3));
  house.finish();
  CHECK(house.kept() == Of{{flock, 3}});
}

TEST_CASE("kept cursors: a read position is kept, too, and one that did not move is not written") {
  House house;
  Message message;
  message.conversation = pair;
  message.type = Type::direct;
  message.seq = 4;
  REQUIRE(sync_wait(house.store.put(std::vector<MessagePtr>{std::make_shared<const Message>(message)})));
  CHECK(sync_wait(house.cursors.set_read(pia, pair, 4))->moved);
  CHECK(house.behind.waiting() == 1);
  house.executor.run_for(milliseconds(1100));
  CHECK(sync_wait(house.positions.load(pia))->read == Of{{pair, 4}});
  CHECK_FALSE(sync_wait(house.cursors.set_read(pia, pair, 2))->moved);
  CHECK(house.behind.waiting() == 0);
}

TEST_CASE("kept cursors: a device logs in while the store is away, not while nobody can keep it") {
  House house;
  house.store.away = true;
  REQUIRE(sync_wait(house.cursors.adopt_device(pia, watch)));
  CHECK(*sync_wait(house.cursors.knows_device(pia, watch)));
  CHECK_FALSE(*sync_wait(house.cursors.knows_device(pia, car)));
  const auto moved = house.advance(flock, 3);
  REQUIRE_FALSE(moved);
  CHECK(house.behind.waiting() == 0);  // only what was moved is kept
  house.store.away = false;
  REQUIRE(sync_wait(house.cursors.adopt_device(pia, laptop)));
  CHECK_FALSE(*sync_wait(house.store.knows_device(pia, laptop)));  // it is not asked by each
  house.clock.advance(1000);
  REQUIRE(sync_wait(house.cursors.adopt_device(pia, laptop)));
  CHECK(*sync_wait(house.store.knows_device(pia, laptop)));
  house.positions.away = true;
  CHECK(sync_wait(house.cursors.adopt_device(pia, car)).error().code == Code::unavailable);
  CHECK_FALSE(*sync_wait(house.store.knows_device(pia, car)));
}

}  // namespace
}  // namespace godwit::inbox

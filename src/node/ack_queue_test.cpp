#include "node/ack_queue.hpp"

#include <doctest/doctest.h>

#include <map>

#include "base/clock.hpp"
#include "net/loop/event_loop.hpp"
#include "node/frame_rates.hpp"
#include "service/fake_offline.hpp"

namespace godwit::node {
namespace {

using namespace std::chrono_literals;

/// Keeps what it is told, or fails, or holds the answer back.
class FakeOffline final : public offline::FakeOffline {
 public:
  Task<Result<void>> acknowledge(std::vector<offline::Acknowledged> devices) override {
    ++calls;
    if (fails > 0) co_return --fails, fail(Code::unavailable);
    if (holds) co_await completion<bool>([this](auto done) { held = std::move(done); });
    for (const auto& device : devices) {
      most = std::max(most, device.positions.size());
      for (const auto& [conversation, seq] : device.positions) {
        auto& cursor = cursors[device.user.str() + " " + device.device.str() + " " + conversation.name()];
        CHECK(seq > cursor);
        cursor = seq;
      }
    }
    co_return Result<void>();
  }

  std::map<std::string, Seq> cursors;
  std::size_t most = 0;
  int calls = 0, fails = 0;
  bool holds = false;
  std::function<void(bool)> held;
};

/// Runs jobs when told to; time is what the test says.
struct Bed {
  /// Runs the loop on this thread for a while.
  void run(std::chrono::milliseconds time) {
    loop.post_after(time, [this] { loop.stop(); });
    loop.run();
  }
  void add(std::uint64_t socket, const Conversation& conversation, Seq seq) {
    queue.add(socket, {.user = UserKey("ann"), .session = SessionId("s"), .device = DeviceId("d")}, conversation, seq);
  }
  net::EventLoop loop{"test"};
  FakeOffline offline;
  AckQueue queue{loop, offline};
};

Conversation talk(int i) { return Conversation::direct(UserKey("ann"), UserKey("friend" + std::to_string(i))); }

TEST_CASE("acks: of each conversation the furthest alone is written, once") {
  Bed bed;
  for (Seq seq = 1; seq <= 1000; ++seq) bed.add(7, talk(1), seq);
  bed.add(7, talk(1), 5);
  bed.add(7, talk(2), 9);
  CHECK(bed.queue.waiting() == 2);
  bed.run(AckQueue::kLinger + 100ms);
  CHECK(bed.offline.cursors ==
        std::map<std::string, Seq>{{"ann d u:ann:friend1", 1000}, {"ann d u:ann:friend2", 9}});
  CHECK(bed.offline.calls == 1);
  CHECK(bed.queue.waiting() == 0);
}

TEST_CASE("acks: one batch is under way at a time, and what comes meanwhile is in the next round") {
  Bed bed;
  bed.offline.holds = true;
  bed.add(7, talk(1), 1);
  bed.run(AckQueue::kLinger + 50ms);
  for (Seq seq = 2; seq <= 500; ++seq) bed.add(7, talk(1), seq);
  bed.run(AckQueue::kLinger + 100ms);
  CHECK(bed.offline.calls == 1);
  bed.offline.holds = false;
  bed.offline.held(true);
  bed.run(AckQueue::kLinger + 100ms);
  CHECK(bed.offline.calls == 2);
  CHECK(bed.offline.cursors["ann d u:ann:friend1"] == 500);
  CHECK(bed.queue.waiting() == 0);
}

TEST_CASE("acks: what could not be written comes again, unless more was said meanwhile") {
  Bed bed;
  bed.offline.fails = 1;
  bed.add(7, talk(1), 3);
  bed.add(8, talk(2), 4);
  bed.run(AckQueue::kLinger + 50ms);
  CHECK(bed.offline.cursors.empty());
  CHECK(bed.queue.waiting() == 2);
  bed.add(7, talk(1), 6);
  bed.run(AckQueue::kRetry + 100ms);
  CHECK(bed.offline.cursors == std::map<std::string, Seq>{{"ann d u:ann:friend1", 6}, {"ann d u:ann:friend2", 4}});
}

TEST_CASE("acks: a socket with too many conversations waiting is full, the others are not, and batches are bounded") {
  Bed bed;
  for (int i = 0; i < 600; ++i) bed.add(7, talk(i), 1);
  bed.add(8, talk(1000), 2);
  CHECK(bed.queue.full(7));
  CHECK_FALSE(bed.queue.full(8));
  CHECK_FALSE(bed.queue.full(9));
  bed.run(AckQueue::kLinger * 8);
  CHECK_FALSE(bed.queue.full(7));
  CHECK(bed.offline.cursors.size() == 601);
  CHECK(bed.offline.most <= AckQueue::kBatch);
  CHECK(bed.queue.waiting() == 0);
}

TEST_CASE("acks: in all there is a bound, too") {
  Bed bed;
  bed.offline.fails = 1'000'000;
  for (std::uint64_t socket = 0; socket < 4000; ++socket) {
    for (int i = 0; i < 50; ++i) bed.add(socket, talk(i), 1);
  }
  CHECK(bed.queue.waiting() == 2 * AckQueue::kMost);
  CHECK(bed.queue.full(0));
  bed.run(AckQueue::kLinger + 50ms);
  CHECK(bed.queue.waiting() == 2 * AckQueue::kMost);
}

TEST_CASE("frame meter: ten seconds' worth at once, then the rate, and debt is time") {
  FrameMeter meter;
  const SteadyTime start{std::chrono::hours(5)};
  CHECK(meter.take(1000, 100, start).count() <= 0);
  CHECK(meter.take(1, 100, start) == 10ms);
  CHECK(meter.take(300, 100, start) == 3010ms);
  CHECK(meter.take(0, 100, start + 3s) == 10ms);
  CHECK(meter.take(0, 100, start + 4s).count() <= 0);
  CHECK(meter.take(1000, 100, start + 1h).count() <= 0);  // no more than full
  CHECK(meter.take(1, 100, start + 1h) == 10ms);
}

TEST_CASE("user meters: one user's sockets share one, and users who rest are forgotten") {
  UserMeters meters;
  const SteadyTime start{std::chrono::hours(5)};
  CHECK(meters.take(UserKey("ann"), 1500, 200, start).count() <= 0);
  CHECK(meters.take(UserKey("ann"), 700, 200, start) == 1000ms);
  CHECK(meters.take(UserKey("bob"), 1500, 200, start).count() <= 0);
  for (int i = 0; i < 100'000; ++i)
    (void)meters.take(UserKey("u" + std::to_string(i)), 1, 200, start + 1h + std::chrono::milliseconds(10 * i));
  CHECK(meters.size() < 20'000);
}

}  // namespace
}  // namespace godwit::node

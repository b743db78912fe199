#pragma once
#include <atomic>
#include <chrono>
#include <latch>

#include "dispatch/ledger_suite.hpp"

namespace godwit::dispatch::suite {

/// Takes everything and remembers it; fails as often as told, blocks while told to.
class Collector {
 public:
  Bus::Handler handler() {
    return [this](std::span<const MessagePtr> batch) { return take(batch); };
  }
  Task<Result<void>> take(std::span<const MessagePtr> batch) {
    blocked.wait(true);
    if (failures.load() > 0) {
      --failures;
      co_return fail(Code::unavailable, "told to");
    }
    std::lock_guard lock(mutex_);
    for (const auto& message : batch) seen_.push_back(message->text);
    co_return Result<void>();
  }
  std::vector<std::string> seen() const {
    std::lock_guard lock(mutex_);
    return seen_;
  }
  std::atomic<int> failures{0};
  std::atomic<bool> blocked{false};

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> seen_;
};

inline std::vector<std::string> send(Bed& bed, int from, int to) {
  std::vector<std::string> sent;
  for (int i = from; i < to; ++i) {
    const auto text = std::to_string(i);
    must(sync_wait(bed.ledger().append(draft(text, text))));
    sent.push_back(text);
  }
  return sent;
}

inline void bus_delivers(const MakeBed& make) {
  auto bed = make();
  Collector store, offline;
  bed->bus().consume(Topic::store, store.handler());
  bed->bus().consume(Topic::offline, offline.handler());
  const auto before = send(*bed, 0, 20);  // waits until there is somebody
  CHECK(bed->bus().lag(Topic::store) == 20);
  bed->bus().start();
  auto sent = before;
  for (const auto& text : send(*bed, 20, 60)) sent.push_back(text);
  REQUIRE(sync_wait(bed->bus().settled(Topic::store)));
  REQUIRE(sync_wait(bed->bus().settled(Topic::offline)));
  CHECK(store.seen() == sent);
  CHECK(offline.seen() == sent);
  CHECK(bed->bus().lag(Topic::store) == 0);
  bed->bus().stop();
}

/// Sends that come again, some at once and some after others, stand on the bus once.
inline void bus_has_a_repeated_send_once(const MakeBed& make) {
  auto bed = make();
  Collector store, offline;
  bed->bus().consume(Topic::store, store.handler());
  bed->bus().consume(Topic::offline, offline.handler());
  bed->bus().start();
  std::vector<std::string> sent;
  for (int i = 0; i < 10; ++i) {
    for (const auto& text : send(*bed, i, i + 1)) sent.push_back(text);
    for (const int again : {i, i / 2, 0}) send(*bed, again, again + 1);
  }
  REQUIRE(sync_wait(bed->bus().settled(Topic::store)));
  REQUIRE(sync_wait(bed->bus().settled(Topic::offline)));
  CHECK(store.seen() == sent);
  CHECK(offline.seen() == sent);
  bed->bus().stop();
}

inline void bus_repeats_what_failed(const MakeBed& make) {
  auto bed = make();
  Collector store, offline;
  store.failures = 3;
  bed->bus().consume(Topic::store, store.handler());
  bed->bus().consume(Topic::offline, offline.handler());
  bed->bus().start();
  const auto sent = send(*bed, 0, 5);
  REQUIRE(sync_wait(bed->bus().settled(Topic::store)));
  REQUIRE(sync_wait(bed->bus().settled(Topic::offline)));
  CHECK(store.failures == 0);
  CHECK(store.seen() == sent);
  CHECK(offline.seen() == sent);
  bed->bus().stop();
}

inline void bus_settles(const MakeBed& make) {
  auto bed = make();
  Collector store, offline;
  bed->bus().consume(Topic::store, store.handler());
  bed->bus().consume(Topic::offline, offline.handler());
  bed->bus().start();
  CHECK(sync_wait(bed->bus().settled(Topic::store)));
  store.blocked = true;
  send(*bed, 0, 1);
  CHECK(sync_wait(bed->bus().settled(Topic::offline)));
  const auto begin = std::chrono::steady_clock::now();
  const auto late = sync_wait(bed->bus().settled(Topic::store));
  const auto waited = std::chrono::steady_clock::now() - begin;
  REQUIRE_FALSE(late.has_value());
  CHECK(late.error().code == Code::unavailable);
  CHECK(waited >= std::chrono::milliseconds(1900));
  CHECK(waited < std::chrono::seconds(4));
  CHECK(bed->bus().lag(Topic::store) == 1);
  store.blocked = false;
  store.blocked.notify_all();
  CHECK(sync_wait(bed->bus().settled(Topic::store)));
  bed->bus().stop();
}

/// What a handler took is not shown again after an orderly end; what it did not take is.
inline void bus_goes_on_after_restart(const MakeBed& make) {
  auto bed = make();
  {
    Collector store, offline;
    bed->bus().consume(Topic::store, store.handler());
    bed->bus().consume(Topic::offline, offline.handler());
    bed->bus().start();
    send(*bed, 0, 10);
    REQUIRE(sync_wait(bed->bus().settled(Topic::store)));
    REQUIRE(sync_wait(bed->bus().settled(Topic::offline)));
    offline.failures = 1'000'000;
    send(*bed, 10, 20);
    REQUIRE(sync_wait(bed->bus().settled(Topic::store)));
    bed->bus().stop();
  }
  bed->restart();
  Collector store, offline;
  bed->bus().consume(Topic::store, store.handler());
  bed->bus().consume(Topic::offline, offline.handler());
  bed->bus().start();
  auto sent = send(*bed, 20, 22);
  REQUIRE(sync_wait(bed->bus().settled(Topic::store)));
  REQUIRE(sync_wait(bed->bus().settled(Topic::offline)));
  CHECK(store.seen() == sent);
  REQUIRE(offline.seen().size() == 12);
  CHECK(offline.seen().front() == "10");
  CHECK(offline.seen().back() == "21");
  bed->bus().stop();
}

inline void bus_suite(const MakeBed& make) {
  SUBCASE("hands every message to both topics in commit order") { bus_delivers(make); }
  SUBCASE("has a send once, however often it comes") { bus_has_a_repeated_send_once(make); }
  SUBCASE("shows a batch again that a handler failed on") { bus_repeats_what_failed(make); }
  SUBCASE("settles when all is taken, and gives up after 2 s") { bus_settles(make); }
  SUBCASE("goes on where each topic was after a restart") { bus_goes_on_after_restart(make); }
}

}  // namespace godwit::dispatch::suite

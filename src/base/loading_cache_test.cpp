#include "base/loading_cache.hpp"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <ctime>
#include <deque>
#include <string>
#include <thread>

namespace godwit {
namespace {
using Cache = LoadingCache<std::string, int>;

Task<Result<int>> value(int number) { co_return number; }
Task<Result<int>> failure() { co_return fail(Code::unavailable); }

/// A load that ends when it is told, with what it is told.
struct Gate {
  std::function<void(Result<int>)> open;
  int began = 0;

  static Task<Result<int>> load(Gate& gate) {
    co_return co_await completion<Result<int>>([&gate](auto done) {
      ++gate.began;
      gate.open = done;
    });
  }
};

struct Asked {
  std::optional<Result<int>> answer;
  static Task<void> run(Asked& asked, Cache& cache, Gate& gate) {
    asked.answer = co_await cache.get("key", [&gate] { return Gate::load(gate); });
  }
};
}  // namespace

TEST_SUITE("loading cache") {
  TEST_CASE("loads once, and again after an invalidation") {
    Cache cache(100);
    int loads = 0;
    const auto get = [&] { return sync_wait(cache.get("key", [&] { return value(++loads); })).value(); };
    CHECK(get() == 1);
    CHECK(get() == 1);
    cache.invalidate("key");
    CHECK_FALSE(cache.find("key").has_value());
    CHECK(get() == 2);
  }

  TEST_CASE("an entry that has had its life is loaded again") {
    ManualClock clock;
    std::string other = "other";
    Cache cache(100, [](const int&) -> std::size_t { return 1; }, {.clock = &clock, .longest = 30'000});
    int loads = 0;
    const auto get = [&] { return sync_wait(cache.get("key", [&] { return value(++loads); })).value(); };
    cache.put(other, 9, cache.generation(other));
    CHECK(get() == 1);
    clock.advance(29'999);
    CHECK(cache.find("key") == 1);
    CHECK(cache.find(other) == 9);
    clock.advance(1);
    CHECK_FALSE(cache.find("key").has_value());
    CHECK_FALSE(cache.find(other).has_value());
    CHECK(get() == 2);
    CHECK(cache.size() == 1);
    clock.advance(-1000);  // set back: nobody knows how old it is
    CHECK(get() == 3);
  }

  TEST_CASE("a life counts from the beginning of the load") {
    ManualClock clock;
    Cache cache(100, [](const int&) -> std::size_t { return 1; }, {.clock = &clock, .longest = 30'000});
    Gate gate;
    Asked asked;
    spawn(Asked::run(asked, cache, gate));
    clock.advance(20'000);
    gate.open(7);
    clock.advance(10'000);
    CHECK_FALSE(cache.find("key").has_value());
  }

  TEST_CASE("who may not trust what is kept loads anyway, and shares that load") {
    Cache cache(100);
    CHECK(sync_wait(cache.get("key", [] { return value(1); })).value() == 1);
    CHECK(sync_wait(cache.get("key", [] { return value(2); }, false)).value() == 2);
    CHECK(cache.find("key") == 2);
  }

  TEST_CASE("clearing is not overtaken either") {
    Cache cache(100);
    Gate gate;
    Asked asked;
    cache.put("other", 1, cache.generation("other"));
    spawn(Asked::run(asked, cache, gate));
    cache.clear();
    gate.open(7);
    CHECK(asked.answer.value().value() == 7);
    CHECK(cache.size() == 0);
    CHECK(sync_wait(cache.get("other", [] { return value(3); })).value() == 3);
  }

  TEST_CASE("a failure is not kept") {
    Cache cache(100);
    CHECK(sync_wait(cache.get("key", [] { return failure(); })).error().code == Code::unavailable);
    CHECK(sync_wait(cache.get("key", [] { return value(1); })).value() == 1);
  }

  TEST_CASE("those who miss the same key share one load") {
    Cache cache(100);
    Gate gate;
    std::array<Asked, 5> asked;
    for (auto& one : asked) spawn(Asked::run(one, cache, gate));
    CHECK(gate.began == 1);
    gate.open(7);
    for (auto& one : asked) CHECK(one.answer.value().value() == 7);
    CHECK(cache.find("key") == 7);
  }

  TEST_CASE("an invalidation is not overtaken by a load that began before it") {
    Cache cache(100);
    Gate old, fresh;
    Asked before, behind;
    spawn(Asked::run(before, cache, old));
    cache.invalidate("key");
    spawn(Asked::run(behind, cache, fresh));
    CHECK(fresh.began == 1);  // it does not wait for the old one
    fresh.open(2);
    old.open(1);
    CHECK(before.answer.value().value() == 1);
    CHECK(behind.answer.value().value() == 2);
    CHECK(cache.find("key") == 2);
  }

  TEST_CASE("a value that was read before an invalidation is not put") {
    Cache cache(100);
    auto generation = cache.generation("key");
    cache.invalidate("key");
    cache.put("key", 1, generation);
    CHECK_FALSE(cache.find("key").has_value());
    generation = cache.generation("key");
    cache.put("key", 2, generation);
    CHECK(cache.find("key") == 2);
  }

  TEST_CASE("is bounded by weight, and keeps what was used last") {
    LoadingCache<int, int> cache(16 * 8, [](const int& weight) { return static_cast<std::size_t>(weight); });
    for (int i = 0; i < 10'000; ++i) {
      cache.put(i, 1, cache.generation(i));
      cache.put(-1, 1, cache.generation(-1));
    }
    CHECK(cache.size() <= 16 * 8);
    CHECK(cache.find(-1).has_value());
    cache.put(5, 1000, cache.generation(5));  // heavier than the whole shard: alone in it
    CHECK(cache.find(5) == 1000);
  }

  TEST_CASE("too many waiters are refused") {
    Cache cache(100);
    Gate gate;
    std::deque<Asked> asked(Cache::kMaxWaiters + 2);
    for (auto& one : asked) spawn(Asked::run(one, cache, gate));
    CHECK(asked.back().answer.value().error().code == Code::unavailable);
    CHECK_FALSE(asked[Cache::kMaxWaiters].answer.has_value());
    gate.open(1);
    CHECK(asked[Cache::kMaxWaiters].answer.value().value() == 1);
  }

  TEST_CASE("many threads see no value older than its invalidation") {
    Cache cache(64);
    std::atomic<int> truth = 0;
    std::atomic<bool> stop = false;
    std::atomic<int> stale = 0;
    std::vector<std::jthread> readers;
    for (int i = 0; i < 4; ++i) {
      readers.emplace_back([&] {
        while (!stop) {
          const int floor = truth.load();
          const auto got = sync_wait(cache.get("key", [&] { return value(truth.load()); })).value();
          // `truth` moves before the invalidation: one behind is the most that may be seen.
          if (got < floor - 1) ++stale;
        }
      });
    }
    for (int i = 1; i <= 20'000; ++i) {
      truth = i;
      cache.invalidate("key");
    }
    stop = true;
    readers.clear();
    CHECK(stale == 0);
    CHECK(sync_wait(cache.get("key", [&] { return value(truth.load()); })).value() == 20'000);
  }
}

// CPU time, so that a busy machine measures the same.
TEST_CASE("loading cache: time of a hit" * doctest::skip()) {
  for (const std::size_t many : {1'000U, 50'000U}) {
    LoadingCache<std::string, std::shared_ptr<const int>> cache(100'000);
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < many; ++i) keys.push_back("user" + std::to_string((i * 7919) % many));
    for (const auto& key : keys) cache.put(key, std::make_shared<const int>(1), cache.generation(key));
    std::size_t hits = 0;
    const auto began = std::clock();
    while (hits < 1'000'000)
      for (const auto& key : keys) hits += cache.find(key).has_value() ? 1 : 0;
    const auto seconds = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
    MESSAGE("of " << many << " keys, ns a hit: " << 1e9 * seconds / static_cast<double>(hits));
  }
}

}  // namespace godwit

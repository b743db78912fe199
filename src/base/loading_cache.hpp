#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/executor.hpp"
#include "base/task.hpp"

namespace godwit {

/// A bounded cache that loads what it misses and drops what was not used for longest (nearly). Thread-safe; a hit takes
/// one short lock of one of 16 shards.
///   - single flight: whoever misses a key that is being loaded waits for that load.
///   - an invalidation cannot be overtaken: a load that began before it answers those who waited for it, and is not
///   kept.
///   - bounded: `capacity` is the sum of weights kept (a heavier entry may stand alone in its shard); a load that has
///   `kMaxWaiters`
///     waiters answers the next one `unavailable`.
///   - a lifetime, where one is given: an entry older than that is loaded again, whoever forgot to invalidate it.
/// Failures are not kept. `Value` is copied out: make it small, or a shared_ptr.
template <class Key, class Value, class Hash = std::hash<Key>>
class LoadingCache {
 public:
  static constexpr std::size_t kShards = 16;
  static constexpr std::size_t kMaxWaiters = 16'384;
  using Weigh = std::size_t (*)(const Value&);

  /// How long an entry is good for at most; no clock: for as long as it is kept.
  struct Life {
    const Clock* clock = nullptr;
    Millis longest = 1;
  };

  explicit LoadingCache(
      std::size_t capacity, Weigh weigh = [](const Value&) -> std::size_t { return 1; }, Life life = {})
      : shard_capacity_(capacity < kShards ? 1 : capacity / kShards), weigh_(weigh), life_(life) {}
  LoadingCache(const LoadingCache&) = delete;
  LoadingCache& operator=(const LoadingCache&) = delete;

  [[nodiscard]] std::optional<Value> find(const Key& key) {
    Shard& shard = shard_of(key);
    const auto now = time();
    std::lock_guard lock(shard.mutex);
    return shard.find(key, now, life_.longest);
  }

  /// The value, loaded by `load()` (→ Task<Result<Value>>) where it is not there. `trust_kept` false: loaded anyway,
  /// for whoever cannot know whether invalidations are missing.
  template <class Load>
  Task<Result<Value>> get(Key key, Load load, bool trust_kept = true) {
    Shard& shard = shard_of(key);
    std::shared_ptr<Flight> flight;
    bool mine = false;
    const auto now = time();
    {
      std::lock_guard lock(shard.mutex);
      if (trust_kept) {
        if (auto hit = shard.find(key, now, life_.longest)) co_return std::move(*hit);
      }
      auto& slot = shard.flights[key];
      mine = slot == nullptr;
      if (mine) slot = std::make_shared<Flight>();
      flight = slot;
    }
    if (!mine) co_return co_await completion<Result<Value>>([&](auto done) { wait(shard, *flight, std::move(done)); });
    co_await set_deadline(kNoDeadline);  // others wait for it, too
    Result<Value> loaded = fail(Code::internal);
    try {
      loaded = co_await load();
    } catch (...) {
      land(shard, key, flight, loaded, now);
      throw;
    }
    land(shard, key, flight, loaded, now);
    co_return loaded;
  }

  /// Call after every change of what `key` stands for, before the change is answered.
  void invalidate(const Key& key) {
    Shard& shard = shard_of(key);
    std::lock_guard lock(shard.mutex);
    ++shard.generation;
    shard.flights.erase(key);
    shard.erase(key);
  }

  /// All of it: for whoever missed what to invalidate.
  void clear() {
    for (auto& shard : shards_) {
      std::lock_guard lock(shard.mutex);
      ++shard.generation;
      shard.flights.clear();
      shard.clear();
    }
  }

  /// For loads of many keys at once: take the generation before reading; `put` keeps the value unless something was
  /// invalidated since.
  [[nodiscard]] std::uint64_t generation(const Key& key) {
    Shard& shard = shard_of(key);
    std::lock_guard lock(shard.mutex);
    return shard.generation;
  }
  void put(const Key& key, Value value, std::uint64_t generation) {
    Shard& shard = shard_of(key);
    const auto now = time();
    std::lock_guard lock(shard.mutex);
    if (shard.generation == generation) shard.insert(key, std::move(value), weigh_, shard_capacity_, now);
  }

  [[nodiscard]] std::size_t size() {
    std::size_t sum = 0;
    for (auto& shard : shards_) {
      std::lock_guard lock(shard.mutex);
      sum += shard.entries.size();
    }
    return sum;
  }

 private:
  using Waiter = std::move_only_function<void(Result<Value>)>;
  struct Flight {
    std::optional<Result<Value>> result{};
    std::vector<Waiter> waiters{};
  };
  struct Entry {
    Value value;
    std::size_t weight;
    Millis loaded_at;  // when its load began
    const Key* key = nullptr;
    std::uint64_t linked_at = 0;
    Entry* newer = nullptr;
    Entry* older = nullptr;
  };
  struct alignas(64) Shard {
    std::mutex mutex;
    std::unordered_map<Key, Entry, Hash> entries;
    std::unordered_map<Key, std::shared_ptr<Flight>, Hash> flights;
    Entry* newest = nullptr;
    Entry* oldest = nullptr;
    std::size_t weight = 0;
    std::uint64_t generation = 0;
    std::uint64_t linked = 0;  // how often anything was put in front

    // What was loaded later than now was loaded before the clock was set back: how long ago, nobody knows.
    std::optional<Value> find(const Key& key, Millis now, Millis longest) {
      const auto found = entries.find(key);
      if (found == entries.end()) return std::nullopt;
      if (const auto age = now - found->second.loaded_at; age < 0 || age >= longest) return erase(key), std::nullopt;
      // Moving an entry to the front touches its neighbours' memory: done once it has fallen back a quarter of the way.
      if (linked - found->second.linked_at > entries.size() / 4) {
        unlink(found->second);
        link(found->second);
      }
      return found->second.value;
    }
    void insert(const Key& key, Value value, Weigh weigh, std::size_t capacity, Millis now) {
      erase(key);
      const auto cost = weigh(value);
      const auto placed = entries.emplace(key, Entry{std::move(value), cost, now}).first;
      placed->second.key = &placed->first;
      link(placed->second);
      weight += cost;
      while (weight > capacity && entries.size() > 1) erase(Key(*oldest->key));
    }
    void clear() {
      entries.clear();
      newest = oldest = nullptr;
      weight = 0;
    }
    void erase(const Key& key) {
      const auto found = entries.find(key);
      if (found == entries.end()) return;
      unlink(found->second);
      weight -= found->second.weight;
      entries.erase(found);
    }
    void link(Entry& entry) {
      entry.linked_at = ++linked;
      entry.older = newest;
      entry.newer = nullptr;
      if (newest != nullptr) newest->newer = &entry;
      newest = &entry;
      if (oldest == nullptr) oldest = &entry;
    }
    void unlink(Entry& entry) {
      if (entry.newer != nullptr)
        entry.newer->older = entry.older;
      else
        newest = entry.older;
      if (entry.older != nullptr)
        entry.older->newer = entry.newer;
      else
        oldest = entry.newer;
    }
  };

  // Time stands still where entries have no life.
  [[nodiscard]] Millis time() const { return life_.clock == nullptr ? 0 : life_.clock->now(); }

  Shard& shard_of(const Key& key) {
    const auto hash =
        static_cast<std::uint64_t>(Hash{}(key)) * 0x9E3779B97F4A7C15ULL;  // the map uses the low bits itself
    return shards_[hash >> 60U];
  }

  // `waiter` may resume its coroutine at once, so it is never called under the lock.
  void wait(Shard& shard, Flight& flight, Waiter waiter) {
    std::optional<Result<Value>> now;
    {
      std::lock_guard lock(shard.mutex);
      if (flight.result)
        now = flight.result;
      else if (flight.waiters.size() >= kMaxWaiters)
        now = Result<Value>(fail(Code::unavailable, "too many wait for the same thing"));
      else
        flight.waiters.push_back(std::move(waiter));
    }
    if (now) waiter(std::move(*now));
  }

  void land(Shard& shard, const Key& key, const std::shared_ptr<Flight>& flight, const Result<Value>& loaded,
            Millis began) {
    std::vector<Waiter> waiters;
    {
      std::lock_guard lock(shard.mutex);
      const auto found = shard.flights.find(key);
      if (found != shard.flights.end() && found->second == flight) {
        shard.flights.erase(found);
        if (loaded) shard.insert(key, *loaded, weigh_, shard_capacity_, began);
      }
      flight->result = loaded;
      waiters.swap(flight->waiters);
    }
    for (auto& waiter : waiters) waiter(loaded);
  }

  std::array<Shard, kShards> shards_{};
  std::size_t shard_capacity_;
  Weigh weigh_;
  Life life_;
};

}  // namespace godwit

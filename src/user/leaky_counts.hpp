#pragma once
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace godwit::user {

/// How many of something a name may do before it has to wait.
struct CountRule {
  double burst = 1;          ///< that many at once
  Millis leak_every = 1000;  ///< one is forgotten each so many milliseconds
  /// 0: beyond the burst one waits until one is forgotten. Otherwise the first wait beyond it; each further one doubles
  /// it, up to `kLongestWait`.
  Millis first_wait = 0;

  static constexpr Millis kLongestWait = Millis{15} * 60 * 1000;
  [[nodiscard]] static CountRule per_minute(double count) {
    return {.burst = count < 1 ? 1 : count, .leak_every = static_cast<Millis>(60'000 / count)};
  }
};

/// Counts by name that leak away with time. Bounded: at `capacity` names the one whose count is forgotten soonest goes,
/// so that whoever makes names drives out names as new as these, and not an old high count. Thread-safe.
class LeakyCounts {
 public:
  struct Named {
    std::string name;
    CountRule rule;
  };
  LeakyCounts(std::size_t capacity, const Clock& clock) : capacity_(capacity), clock_(clock) {}

  /// Counts for all of `names`, or for none and answers rate_limited with the longest wait. What is held counts until
  /// `settle` says whether it stays counted.
  [[nodiscard]] Result<void> hold(std::span<const Named> names);
  void settle(std::span<const Named> names, bool counts);
  [[nodiscard]] std::size_t size() const;

 private:
  struct Bucket {
    double count = 0;  // at `at`
    Millis at = 0;     // of the last one that counted
    std::uint32_t held = 0;
    CountRule rule{};
  };
  using Buckets = std::unordered_map<std::string, Bucket>;
  using Place = std::pair<Millis, std::string>;  // when it will be forgotten

  [[nodiscard]] static double count_of(const Bucket& bucket, Millis now);
  [[nodiscard]] static Millis wait_of(const Bucket& bucket, const CountRule& rule, Millis now);
  [[nodiscard]] static Place place_of(const Buckets::value_type& entry);
  void hold_one(const Named& named, Millis now);
  void settle_one(const std::string& name, bool counts, Millis now);

  const std::size_t capacity_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  Buckets buckets_;
  std::set<Place> idle_;  // of all that nothing holds
};

}  // namespace godwit::user

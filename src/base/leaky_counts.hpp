#pragma once
#include <cstddef>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace godwit {

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

struct CountedName {
  std::string name;
  CountRule rule;
};

/// Counts by name that leak away with time. Bounded: at `capacity` names the one whose count is forgotten soonest goes,
/// so that whoever makes names drives out names as new as these, and not an old high count. Thread-safe.
class LeakyCounts {
 public:
  static constexpr Millis kTakenBackWithin = 60'000;

  LeakyCounts(std::size_t capacity, const Clock& clock) : capacity_(capacity), clock_(clock) {}

  /// Counts one for all of `names`, or for none and answers rate_limited with the longest wait. `attempt`: a name of
  /// this one, which counts once however often it comes; empty where it is neither repeated nor taken back.
  [[nodiscard]] Result<void> count(std::span<const CountedName> names, std::string_view attempt = {});
  /// As if the attempt had not been made. Does nothing where it was not, or longer ago than `kTakenBackWithin`.
  void take_back(std::span<const CountedName> names, std::string_view attempt);
  [[nodiscard]] std::size_t size() const;

 private:
  struct Attempt {
    std::string name;
    Millis at = 0, last_before = 0;
  };
  struct Bucket {
    double count = 0;  // at `last`
    Millis last = 0;   // when one was counted
    CountRule rule{};
    std::vector<Attempt> attempts{};  // that may be taken back
  };
  using Buckets = std::unordered_map<std::string, Bucket>;
  using Place = std::pair<Millis, std::string>;  // when it will be forgotten

  [[nodiscard]] static double count_of(const Bucket& bucket, Millis now);
  [[nodiscard]] static Millis wait_of(const Bucket& bucket, const CountRule& rule, Millis now);
  [[nodiscard]] static Place place_of(const Buckets::value_type& entry);
  [[nodiscard]] static bool knows(const Bucket& bucket, std::string_view attempt);
  void count_one(const CountedName& named, std::string_view attempt, Millis now);
  void take_one_back(const std::string& name, std::string_view attempt, Millis now);

  const std::size_t capacity_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  Buckets buckets_;
  std::set<Place> soonest_;  // all of them
};

}  // namespace godwit

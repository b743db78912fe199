#pragma once
#include <chrono>
#include <cstdint>
#include <mutex>
#include <vector>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "service/processes.hpp"

namespace godwit::app {

using RateSample = processes::Sample;

/// The last hour in memory: 720 samples of 5 s, the oldest goes. Thread-safe.
class RateHistory {
 public:
  static constexpr std::chrono::milliseconds kInterval{5'000};
  static constexpr std::size_t kKept = 720;

  /// The end of an interval of the clock on the wall that is nearest: the samples of all processes end together.
  [[nodiscard]] static constexpr Millis nearest_end(Millis time) {
    return (time + kInterval.count() / 2) / kInterval.count() * kInterval.count();
  }

  explicit RateHistory(const Metrics& metrics);

  /// Closes the present interval; it ended at `time`.
  void sample(Millis time, std::uint64_t connections);
  /// Oldest first, those that ended after `time`.
  [[nodiscard]] std::vector<RateSample> since(Millis time) const;

 private:
  struct Totals {
    std::uint64_t sends = 0, pushes = 0, connects = 0, requests = 0, failures = 0;
    Metrics::Measured answers{};
  };
  [[nodiscard]] Totals totals() const;

  const Metrics& metrics_;
  mutable std::mutex mutex_;
  Totals before_;
  std::vector<RateSample> ring_;
  std::size_t next_ = 0;  ///< where the next sample goes, once the ring is full
};

}  // namespace godwit::app

#pragma once
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "base/metrics.hpp"

namespace godwit::app {

/// What happened in one interval. `connections` is how many there were at its end; the others count.
struct RateSample {
  Millis time = 0;  ///< its end
  std::uint64_t connections = 0, sends = 0, pushes = 0, connects = 0, requests = 0, failures = 0;
  std::optional<double> answer_ms{};  ///< mean time to answer a request; nothing where there was none
};

/// The last hour in memory: 720 samples of 5 s, the oldest goes. Thread-safe.
class RateHistory {
 public:
  static constexpr std::chrono::milliseconds kInterval{5'000};
  static constexpr std::size_t kKept = 720;

  RateHistory(const Metrics& metrics, const Clock& clock);

  /// Closes the present interval.
  void sample(std::uint64_t connections);
  /// Oldest first, those that ended after `time`.
  [[nodiscard]] std::vector<RateSample> since(Millis time) const;

 private:
  struct Totals {
    std::uint64_t sends = 0, pushes = 0, connects = 0, requests = 0, failures = 0;
    Metrics::Measured answers{};
  };
  [[nodiscard]] Totals totals() const;

  const Metrics& metrics_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  Totals before_;
  std::vector<RateSample> ring_;
  std::size_t next_ = 0;  ///< where the next sample goes, once the ring is full
};

}  // namespace godwit::app

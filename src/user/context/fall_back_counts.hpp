#pragma once
#include <atomic>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "user/store/counts.hpp"

namespace godwit::user {

/// The shared counts; while those cannot be reached, counts of this process alone, from none on. So a login never fails
/// because nobody can count, and each process bounds what comes by itself. Where they were away a moment ago they are
/// not waited for again at once. Thread-safe.
class FallBackCounts final : public Counts {
 public:
  static constexpr std::size_t kCapacity = 100'000;

  FallBackCounts(Counts& shared, const Clock& clock, Metrics& metrics)
      : shared_(shared),
        clock_(clock),
        own_(kCapacity, clock),
        alone_(
            metrics.counter("godwit_counts_alone_total",
                            "Logins and registrations counted by this process alone: the shared counts were away.")) {}

  Task<Result<void>> count(std::vector<CountedName> names, std::string attempt) override {
    if (!away()) {
      auto counted = co_await shared_.count(names, attempt);
      if (counted || counted.error().code != Code::unavailable) co_return counted;
      away_until_.store(clock_.now() + kAway, std::memory_order_relaxed);
    }
    alone_.add();
    co_return own_.count(names, attempt);
  }
  /// Never fails: what the shared counts do not hear of stays counted there, and leaks away.
  Task<Result<void>> take_back(std::vector<CountedName> names, std::string attempt) override {
    own_.take_back(names, attempt);
    if (!away()) (void)co_await shared_.take_back(std::move(names), std::move(attempt));
    co_return Result<void>{};
  }

 private:
  static constexpr Millis kAway = 1000;
  [[nodiscard]] bool away() const { return clock_.now() < away_until_.load(std::memory_order_relaxed); }

  Counts& shared_;
  const Clock& clock_;
  std::atomic<Millis> away_until_{0};
  LeakyCounts own_;
  Counter& alone_;
};

}  // namespace godwit::user

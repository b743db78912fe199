#pragma once
#include "base/metrics.hpp"
#include "user/store/counts.hpp"

namespace godwit::user {

/// The shared counts; while those cannot be reached, counts of this process alone, from none on. So a login never fails
/// because nobody can count, and each process bounds what comes by itself. Thread-safe.
class FallBackCounts final : public Counts {
 public:
  static constexpr std::size_t kCapacity = 100'000;

  FallBackCounts(Counts& shared, const Clock& clock, Metrics& metrics)
      : shared_(shared),
        own_(kCapacity, clock),
        alone_(
            metrics.counter("godwit_counts_alone_total",
                            "Logins and registrations counted by this process alone: the shared counts were away.")) {}

  Task<Result<void>> count(std::vector<CountedName> names, std::string attempt) override {
    auto counted = co_await shared_.count(names, attempt);
    if (counted || counted.error().code != Code::unavailable) co_return counted;
    alone_.add();
    co_return own_.count(names, attempt);
  }
  /// Never fails: what the shared counts do not hear of stays counted there, and leaks away.
  Task<Result<void>> take_back(std::vector<CountedName> names, std::string attempt) override {
    own_.take_back(names, attempt);
    (void)co_await shared_.take_back(std::move(names), std::move(attempt));
    co_return Result<void>{};
  }

 private:
  Counts& shared_;
  LeakyCounts own_;
  Counter& alone_;
};

}  // namespace godwit::user

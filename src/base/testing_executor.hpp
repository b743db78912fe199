#pragma once
#include <deque>
#include <map>

#include "base/clock.hpp"
#include "base/executor.hpp"

namespace godwit {

/// For tests: runs its jobs on the thread that steps it, on a clock that stands still meanwhile. A test is one thread,
/// and waits for nothing. Timers go by the time that has passed: a wall clock that is set back holds none of them up.
class SteppedExecutor final : public Executor {
 public:
  explicit SteppedExecutor(ManualClock& clock) : clock_(clock) {}

  void post(Job job) override { jobs_.push_back(std::move(job)); }
  void post_after(std::chrono::milliseconds delay, Job job) override {
    later_.emplace(clock_.passed() + delay.count(), std::move(job));
  }

  /// `job` at once, as one of its own; nothing else.
  void enter(Job job) {
    auto* const before = current();
    set_current(this);
    job();
    set_current(before);
  }
  /// Until nothing is to be run at this time.
  void run() {
    for (;;) {
      while (!later_.empty() && later_.begin()->first <= clock_.passed()) {
        jobs_.push_back(std::move(later_.begin()->second));
        later_.erase(later_.begin());
      }
      if (jobs_.empty()) break;
      auto job = std::move(jobs_.front());
      jobs_.pop_front();
      enter(std::move(job));
    }
  }
  /// Everything that falls due within `time`, each at its own time.
  void run_for(std::chrono::milliseconds time) {
    const auto end = clock_.passed() + time.count();
    run();
    while (!later_.empty() && later_.begin()->first <= end) {
      clock_.advance(later_.begin()->first - clock_.passed());
      run();
    }
    clock_.advance(end - clock_.passed());
  }

 private:
  ManualClock& clock_;
  std::deque<Job> jobs_;
  std::multimap<Millis, Job> later_;
};

}  // namespace godwit

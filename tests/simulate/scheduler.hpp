#pragma once
#include <chrono>
#include <cstdint>
#include <queue>
#include <vector>

#include "base/executor.hpp"
#include "simulate/dice.hpp"

namespace godwit::simulate {

using Time = std::int64_t;  ///< nanoseconds of true time since the run began
inline constexpr Time kMicro = 1'000, kMilli = 1'000'000, kSecond = 1'000'000'000;
inline Time in_time(std::chrono::milliseconds span) { return span.count() * kMilli; }

/// The heart of the simulation: everything that happens is a job at a moment. It takes the earliest, sets the clock to
/// it and runs it; of jobs at the same moment a throw of the dice says which comes first.
class Scheduler {
 public:
  explicit Scheduler(Dice dice) : dice_(dice) {}
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  [[nodiscard]] Time now() const noexcept { return now_; }
  [[nodiscard]] Dice& dice() noexcept { return dice_; }
  [[nodiscard]] std::uint64_t steps() const noexcept { return steps_; }
  /// Grows together with what happened: two runs that did the same have the same.
  [[nodiscard]] std::uint64_t digest() const noexcept { return digest_; }

  void at(Time when, Executor::Job job) {
    events_.push_back({when < now_ ? now_ : when, dice_.next(), std::move(job)});
    std::push_heap(events_.begin(), events_.end(), later);
  }
  void after(Time delay, Executor::Job job) { at(now_ + delay, std::move(job)); }

  /// Runs what is due up to `end`, and sets the clock to it.
  void run_until(Time end) {
    while (!events_.empty() && events_.front().when <= end) {
      std::pop_heap(events_.begin(), events_.end(), later);
      auto event = std::move(events_.back());
      events_.pop_back();
      now_ = event.when;
      ++steps_;
      digest_ = (digest_ ^ static_cast<std::uint64_t>(event.when) ^ event.tie) * 0x100000001B3ULL;
      event.job();
    }
    now_ = end;
  }

 private:
  struct Event {
    Time when;
    std::uint64_t tie;
    Executor::Job job;
  };
  static bool later(const Event& a, const Event& b) { return a.when != b.when ? a.when > b.when : a.tie > b.tie; }

  Dice dice_;
  Time now_ = 0;
  std::uint64_t steps_ = 0, digest_ = 0xCBF29CE484222325ULL;
  std::vector<Event> events_;  // a heap, the earliest in front
};

}  // namespace godwit::simulate

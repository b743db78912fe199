#pragma once
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "simulate/scheduler.hpp"

namespace godwit::simulate {

/// The clock of one machine: true time and a lead of its own, which a fault changes.
class MachineClock final : public Clock {
 public:
  static constexpr Millis kBegin = 1'800'000'000'000;
  explicit MachineClock(const Scheduler& scheduler) : scheduler_(scheduler) {}
  [[nodiscard]] Millis now() const override { return kBegin + scheduler_.now() / kMilli + lead_; }
  void set_lead(Millis lead) { lead_ = lead; }
  [[nodiscard]] Millis lead() const noexcept { return lead_; }

 private:
  const Scheduler& scheduler_;
  Millis lead_ = 0;
};

/// A process: an executor of its own and a clock. It lives, dies with all that it was about to do, and lives again as
/// another generation: what was posted to an earlier one never runs. While it sleeps, nothing of it runs, and
/// afterwards all of it does, in order.
class Process {
 public:
  Process(Scheduler& scheduler, std::string name);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] MachineClock& clock() noexcept { return clock_; }
  [[nodiscard]] Scheduler& scheduler() noexcept { return scheduler_; }
  [[nodiscard]] bool alive() const noexcept { return life_ != nullptr; }
  /// Counts lives; 0 before the first.
  [[nodiscard]] unsigned generation() const noexcept { return static_cast<unsigned>(lives_.size()); }

  /// Of the present life, or of the last one.
  [[nodiscard]] Executor& executor() noexcept;
  void begin();
  void end() noexcept;
  void sleep_until(Time when) noexcept { asleep_until_ = when; }

  /// Runs `job` as code of this process now, if it lives.
  void enter(Executor::Job job);

 private:
  class Life;
  Scheduler& scheduler_;
  std::string name_;
  MachineClock clock_;
  Time asleep_until_ = 0;
  Life* life_ = nullptr;
  std::vector<std::unique_ptr<Life>> lives_;  // dead ones stay: coroutines that were cut off still name them
};

}  // namespace godwit::simulate

#include "simulate/process.hpp"

#include <algorithm>

namespace godwit::simulate {

class Process::Life final : public Executor {
 public:
  explicit Life(Process& process) : process_(process) {}

  /// In order: each job comes a little after the one before.
  void post(Job job) override {
    auto& scheduler = process_.scheduler_;
    last_ = std::max(last_ + 1, scheduler.now() + scheduler.dice().between(1, 20 * kMicro));
    run_at(last_, std::move(job));
  }
  void post_after(std::chrono::milliseconds delay, Job job) override {
    auto& scheduler = process_.scheduler_;
    run_at(scheduler.now() + in_time(delay) + scheduler.dice().between(1, 200 * kMicro), std::move(job));
  }
  void run(Job& job) {
    auto* const before = Executor::current();
    set_current(this);
    job();
    set_current(before);
  }

 private:
  [[nodiscard]] bool dead() const noexcept { return process_.life_ != this; }

  void run_at(Time when, Job job) {
    if (dead()) return keep(std::move(job));
    process_.scheduler_.at(when, [this, job = std::move(job)]() mutable {
      if (dead()) return keep(std::move(job));
      if (process_.asleep_until_ > process_.scheduler_.now()) {
        last_ = std::max({last_ + 1, process_.asleep_until_});
        return run_at(last_, std::move(job));
      }
      run(job);
    });
  }
  /// What the dead were about to do is not done, and what it holds is not let go of either: that would be doing.
  void keep(Job job) { undone_.push_back(std::move(job)); }

  Process& process_;
  Time last_ = 0;
  std::vector<Job> undone_;
};

Process::Process(Scheduler& scheduler, std::string name)
    : scheduler_(scheduler), name_(std::move(name)), clock_(scheduler) {}

Process::~Process() = default;

Executor& Process::executor() noexcept { return *lives_.back(); }

void Process::begin() {
  lives_.push_back(std::make_unique<Life>(*this));
  life_ = lives_.back().get();
  asleep_until_ = 0;
}

void Process::end() noexcept { life_ = nullptr; }

void Process::enter(Executor::Job job) {
  if (life_ != nullptr) life_->run(job);
}

}  // namespace godwit::simulate

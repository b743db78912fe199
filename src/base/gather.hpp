#pragma once
#include <coroutine>
#include <deque>
#include <optional>
#include <vector>

#include "base/executor.hpp"
#include "base/task.hpp"

namespace godwit {

/// Runs several tasks at the same time and awaits them all: `start` each, then `co_await all()`. All of them must be
/// started from one executor, and end on it (tasks do). Not copyable; must outlive its tasks, which `all` sees to.
template <class T>
class Gather {
 public:
  Gather() = default;
  Gather(const Gather&) = delete;
  Gather& operator=(const Gather&) = delete;

  void start(Task<T> task) {
    ++running_;
    spawn(run(std::move(task), results_.emplace_back()));
  }

  /// The results in the order of the starts.
  Task<std::vector<T>> all() {
    co_await Finished{*this};
    std::vector<T> out;
    out.reserve(results_.size());
    for (auto& result : results_) out.push_back(std::move(*result));
    results_.clear();
    co_return out;
  }

 private:
  struct Finished {
    Gather& gather;
    [[nodiscard]] bool await_ready() const noexcept { return gather.running_ == 0; }
    void await_suspend(std::coroutine_handle<> handle) noexcept { gather.waiting_ = handle; }
    void await_resume() const noexcept {}
  };

  Task<void> run(Task<T> task, std::optional<T>& result) {
    result.emplace(co_await std::move(task));
    if (--running_ == 0 && waiting_) std::exchange(waiting_, nullptr).resume();
  }

  std::deque<std::optional<T>> results_;
  std::size_t running_ = 0;
  std::coroutine_handle<> waiting_{};
};

}  // namespace godwit

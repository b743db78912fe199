#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/executor.hpp"
#include "base/task.hpp"

namespace godwit {

namespace detail {

template <class T>
class TimedGathering {
 public:
  explicit TimedGathering(std::size_t count) : results_(count), open_(count + 1) {}  // + 1: the one who starts them

  void begin(std::move_only_function<void(bool)> done) { done_ = std::move(done); }
  void came(std::size_t place, T result) {
    {
      const std::lock_guard lock(mutex_);
      if (done_ == nullptr) return;  // too late
      results_[place].emplace(std::move(result));
    }
    one_less();
  }
  void one_less() {
    std::unique_lock lock(mutex_);
    if (--open_ == 0) end(std::move(lock));
  }
  void time_is_over() { end(std::unique_lock(mutex_)); }
  std::vector<std::optional<T>> take() { return std::move(results_); }

 private:
  void end(std::unique_lock<std::mutex> lock) {
    auto done = std::exchange(done_, nullptr);
    lock.unlock();
    if (done != nullptr) done(true);
  }

  std::mutex mutex_;
  std::vector<std::optional<T>> results_;  // whose who asked them alone once `done_` is gone
  std::size_t open_;
  std::move_only_function<void(bool)> done_;
};

}  // namespace detail

/// Runs all tasks at the same time, for `patience` at most: their results in their order; nothing for those that had
/// not come by then. These go on, unobserved: what they refer to outlives them. The time is `timer`'s, which runs.
template <class T>
Task<std::vector<std::optional<T>>> gather_within(Executor& timer, std::chrono::milliseconds patience,
                                                  std::vector<Task<T>> tasks) {
  auto state = std::make_shared<detail::TimedGathering<T>>(tasks.size());
  co_await completion<bool>([&timer, patience, &tasks, &state](auto done) {
    // Copies: what awaits may be over before this returns.
    const auto gathering = state;
    auto all = std::move(tasks);
    gathering->begin(std::move(done));
    timer.post_after(patience, [gathering] { gathering->time_is_over(); });
    for (std::size_t i = 0; i < all.size(); ++i)
      spawn([](std::shared_ptr<detail::TimedGathering<T>> to, std::size_t place, Task<T> task) -> Task<void> {
        to->came(place, co_await std::move(task));
      }(gathering, i, std::move(all[i])));
    gathering->one_less();
  });
  co_return state->take();
}

}  // namespace godwit

#pragma once
#include <chrono>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <utility>

#include "base/task.hpp"

namespace godwit {

/// Where work runs: an event loop's thread, a pool, or a simulated scheduler.
/// `post` may be called from any thread; jobs posted by one thread run in the order they were posted.
class Executor {
 public:
  using Job = std::move_only_function<void()>;

  Executor() = default;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  virtual ~Executor() = default;

  virtual void post(Job job) = 0;

  /// Runs `job` after `delay` at the earliest. Not cancellable: a job that may have become stale checks for itself.
  virtual void post_after(std::chrono::milliseconds delay, Job job) = 0;

  /// The executor whose job this thread is running; nullptr on a thread that is none's (main, tests).
  static Executor* current() noexcept { return current_; }

 protected:
  /// An implementation sets this on its threads.
  static void set_current(Executor* executor) noexcept { current_ = executor; }

 private:
  static inline thread_local Executor* current_ = nullptr;
};

/// `co_await resume_on(executor)`: the rest of the coroutine runs there.
inline auto resume_on(Executor& executor) {
  struct Awaiter {
    Executor& executor;
    [[nodiscard]] bool await_ready() const noexcept { return Executor::current() == &executor; }
    void await_suspend(std::coroutine_handle<> handle) {
      executor.post([handle] { handle.resume(); });
    }
    void await_resume() const noexcept {}
  };
  return Awaiter{executor};
}

/// `co_await sleep_for(executor, 5ms)`.
inline auto sleep_for(Executor& executor, std::chrono::milliseconds delay) {
  struct Awaiter {
    Executor& executor;
    std::chrono::milliseconds delay;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      executor.post_after(delay, [handle] { handle.resume(); });
    }
    void await_resume() const noexcept {}
  };
  return Awaiter{executor, delay};
}

/// Adapts a callback API: `co_await completion<T>([&](auto done) { start(..., std::move(done)); })` suspends until
/// `done(T)` is called, once, from any thread, and goes on on the executor that it was suspended on (inline, on the
/// calling thread, where there was none).
template <class T, class Start>
auto completion(Start start) {
  struct State {
    std::optional<T> value{};
    std::coroutine_handle<> handle{};
    Executor* home = nullptr;
  };
  struct Awaiter {
    Start start;
    State state{};
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      state.handle = handle;
      state.home = Executor::current();
      start([s = &state](T value) {
        s->value.emplace(std::move(value));
        if (s->home == nullptr || s->home == Executor::current()) {
          s->handle.resume();
        } else {
          s->home->post([h = s->handle] { h.resume(); });
        }
      });
    }
    T await_resume() { return std::move(*state.value); }
  };
  return Awaiter{std::move(start)};
}

}  // namespace godwit

#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <coroutine>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

namespace godwit {

/// Until when whoever started the work waits for it.
using Deadline = std::chrono::steady_clock::time_point;
inline constexpr Deadline kNoDeadline = Deadline::max();

/// A lazy coroutine with one result: starts when awaited, resumes its awaiter directly (symmetric transfer) on
/// whichever thread it ended. Move-only; destroying a task that was never awaited destroys its frame. An exception in a
/// task is a bug: it travels to the awaiter; at a detached root it ends the process. A task has the deadline of who
/// awaits it; one that is spawned has none.
template <class T = void>
class Task;

namespace detail {

struct PromiseBase {
  std::coroutine_handle<> continuation = std::noop_coroutine();
  Deadline deadline = kNoDeadline;  // at most the awaiter's
  std::exception_ptr exception{};

  struct FinalAwaiter {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <class P>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<P> self) noexcept {
      return self.promise().continuation;
    }
    void await_resume() const noexcept {}
  };

  std::suspend_always initial_suspend() noexcept { return {}; }
  FinalAwaiter final_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept { exception = std::current_exception(); }
};

template <class T>
struct Promise : PromiseBase {
  std::optional<T> value{};
  Task<T> get_return_object() noexcept;
  template <class U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T take() {
    if (exception) std::rethrow_exception(exception);
    return std::move(*value);
  }
};

template <>
struct Promise<void> : PromiseBase {
  Task<void> get_return_object() noexcept;
  void return_void() noexcept {}
  void take() {
    if (exception) std::rethrow_exception(exception);
  }
};

}  // namespace detail

template <class T>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) noexcept : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  auto operator co_await() && noexcept { return Awaiter{handle_}; }

 private:
  struct Awaiter {
    Handle handle;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <class Awaiting>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Awaiting> awaiting) noexcept {
      handle.promise().continuation = awaiting;
      if constexpr (std::is_base_of_v<detail::PromiseBase, Awaiting>)
        handle.promise().deadline = awaiting.promise().deadline;
      return handle;
    }
    T await_resume() { return handle.promise().take(); }
  };

  Handle handle_;
};

template <class T>
Task<T> detail::Promise<T>::get_return_object() noexcept {
  return Task<T>{Task<T>::Handle::from_promise(*this)};
}
inline Task<void> detail::Promise<void>::get_return_object() noexcept {
  return Task<void>{Task<void>::Handle::from_promise(*this)};
}

namespace detail {
struct Detached {
  struct promise_type {
    Detached get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    [[noreturn]] void unhandled_exception() noexcept { std::terminate(); }
  };
};
}  // namespace detail

namespace detail {
struct OwnDeadline {
  Deadline deadline{};
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class Own>
  bool await_suspend(std::coroutine_handle<Own> own) noexcept {
    deadline = own.promise().deadline;
    return false;
  }
  [[nodiscard]] Deadline await_resume() const noexcept { return deadline; }
};
struct SetDeadline {
  Deadline deadline;
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class Own>
  bool await_suspend(std::coroutine_handle<Own> own) const noexcept {
    own.promise().deadline = deadline;
    return false;
  }
  void await_resume() const noexcept {}
};
}  // namespace detail

/// `co_await own_deadline()`: of the task that says so. Does not suspend.
[[nodiscard]] inline auto own_deadline() noexcept { return detail::OwnDeadline{}; }
/// `co_await set_deadline(when)`: of the task that says so, and of what it awaits from now on. Does not suspend.
[[nodiscard]] inline auto set_deadline(Deadline deadline) noexcept { return detail::SetDeadline{deadline}; }

/// Starts `task` now, on this thread, and lets it run to its end unobserved.
inline void spawn(Task<void> task) {
  [](Task<void> owned) -> detail::Detached { co_await std::move(owned); }(std::move(task));
}

/// Runs `task` and blocks this thread until it is done (tests, command line, start-up). Whatever the task waits for
/// must run on another thread, or inline.
template <class T>
T sync_wait(Task<T> task) {
  struct State {
    std::mutex mutex;
    std::condition_variable ready;
    bool done = false;
  } state;
  std::exception_ptr exception;
  if constexpr (std::is_void_v<T>) {
    spawn([](Task<T> t, State& s, std::exception_ptr& e) -> Task<void> {
      try {
        co_await std::move(t);
      } catch (...) {
        e = std::current_exception();
      }
      std::lock_guard lock(s.mutex);
      s.done = true;
      s.ready.notify_all();
    }(std::move(task), state, exception));
    std::unique_lock lock(state.mutex);
    state.ready.wait(lock, [&] { return state.done; });
    if (exception) std::rethrow_exception(exception);
  } else {
    std::optional<T> value;
    spawn([](Task<T> t, State& s, std::optional<T>& v, std::exception_ptr& e) -> Task<void> {
      try {
        v.emplace(co_await std::move(t));
      } catch (...) {
        e = std::current_exception();
      }
      std::lock_guard lock(s.mutex);
      s.done = true;
      s.ready.notify_all();
    }(std::move(task), state, value, exception));
    std::unique_lock lock(state.mutex);
    state.ready.wait(lock, [&] { return state.done; });
    if (exception) std::rethrow_exception(exception);
    return std::move(*value);
  }
}

}  // namespace godwit

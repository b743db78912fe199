#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "base/executor.hpp"

namespace godwit {

/// A bounded pool of threads for blocking libraries (SQLite, argon2id). Jobs start in the order they were posted.
/// At `capacity` waiting jobs `run` answers `unavailable` at once: a slow engine costs an answer, not memory.
/// Thread-safe. `stop` drops what waits: who awaits it is answered `unavailable`.
class Pool {
 public:
  Pool(std::string_view name, std::size_t threads, std::size_t capacity);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool() { stop(); }

  /// Takes nothing more, drops what has not begun, and comes back when what has begun is done.
  void stop();

  /// False when full (or stopped); the job is then not run.
  [[nodiscard]] bool try_post(Executor::Job job);

  [[nodiscard]] std::size_t waiting() const;

  /// Runs `work` (returning Result<T>) on a pool thread and goes on on the caller's executor.
  template <class Work, class R = std::invoke_result_t<Work&>>
  Task<R> run(Work work) {
    co_return co_await completion<R>([this, &work](auto done) {
      auto answer = std::make_unique<Answer<decltype(done), R>>(std::move(done));
      // Not taken, it is answered by its end.
      (void)try_post([answer = std::move(answer), &work] { answer->give(caught<R>(work)); });
    });
  }

 private:
  /// Whatever `work` throws (memory ran out) is an answer of this one caller, not the end of the process.
  template <class R, class Work>
  static R caught(Work& work) {
    try {
      return work();
    } catch (const std::exception& thrown) {
      return fail(Code::internal, thrown.what());
    } catch (...) {
      return fail(Code::internal, "something was thrown");
    }
  }

  /// Goes to whoever waits for a job, also if the job is dropped.
  template <class Done, class R>
  class Answer {
   public:
    explicit Answer(Done done) : done_(std::move(done)) {}
    Answer(const Answer&) = delete;
    Answer& operator=(const Answer&) = delete;
    ~Answer() {
      if (!given_) done_(R{fail(Code::unavailable, "too many requests are waiting for the store")});
    }
    void give(R result) {
      given_ = true;
      done_(std::move(result));
    }

   private:
    Done done_;
    bool given_ = false;
  };

  void work(std::string name);

  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Executor::Job> jobs_;
  std::size_t capacity_;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace godwit

#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <list>
#include <mutex>
#include <thread>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "base/executor.hpp"

namespace godwit {

/// A bounded pool of threads for blocking libraries (SQLite, argon2id). Jobs of one lane start in the order they were
/// posted, and lanes take turns: whoever has a thousand jobs waiting delays another's one by one job. A lane is named
/// after whoever the work is for; work for nobody in particular has the lane without a name. A named lane holds at most
/// a quarter of what may wait, and all threads but one (where there are more).
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
  [[nodiscard]] bool try_post(Executor::Job job, std::string_view lane = {});

  [[nodiscard]] std::size_t waiting() const;

  /// Runs `work` (returning Result<T>) on a pool thread and goes on on the caller's executor.
  template <class Work, class R = std::invoke_result_t<Work&>>
  Task<R> run(Work work, std::string lane = {}) {
    co_return co_await completion<R>([this, &work, &lane](auto done) {
      auto answer = std::make_unique<Answer<decltype(done), R>>(std::move(done));
      // Not taken, it is answered by its end.
      (void)try_post([answer = std::move(answer), &work] { answer->give(caught<R>(work)); }, lane);
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

  struct Lane {
    std::deque<Executor::Job> jobs;
    std::size_t running = 0;
  };
  using Lanes = std::unordered_map<std::string, Lane>;

  void work(std::string name);
  /// The lane whose turn it is, taken out of the turns; nullptr: none that may run.
  [[nodiscard]] Lanes::value_type* take_turn();
  void done(Lanes::value_type& lane);

  mutable std::mutex mutex_;
  std::condition_variable ready_;
  Lanes lanes_;                          // those with jobs that wait or run
  std::list<Lanes::value_type*> turns_;  // those with jobs that wait, the next first
  std::size_t waiting_ = 0;
  const std::size_t capacity_, lane_capacity_, lane_threads_;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace godwit

#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/executor.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "service/bus.hpp"
#include "engine/rocksdb/recent.hpp"
#include "engine/rocksdb/store.hpp"

namespace godwit::rocks {

/// One topic's reader: a thread, which is also the executor that its handler runs on. Takes from memory where it keeps
/// up and from the log where it lags.
class Consumer final : public Executor {
 public:
  Consumer(std::string name, Store& store, Recent& recent, const Settings& settings, Log& log, Counter& skipped)
      : name_(std::move(name)), store_(store), recent_(recent), settings_(settings), log_(log), skipped_(skipped) {}
  ~Consumer() override { stop(); }

  void begin_at(Offset next) { next_.store(next); }
  /// What was taken from `next` on is taken again; what the handler is busy with does not count. Any thread.
  void go_back_to(Offset next);
  void start(dispatch::Bus::Handler handler);
  void stop();

  /// The handler took everything below. Any thread.
  [[nodiscard]] Offset next() const noexcept { return next_.load(); }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// Messages of the log from `from` on, below its end; at least one. nullptr: one that is damaged or missing. Any
  /// thread.
  [[nodiscard]] Result<std::vector<MessagePtr>> read(Offset from) const;

  /// `done` is called once: when everything below `target` was taken, or with unavailable. False: too many wait.
  using Done = std::move_only_function<void(Result<void>)>;
  using Deadline = std::chrono::steady_clock::time_point;
  [[nodiscard]] bool when_taken(Offset target, Deadline deadline, Done done);
  /// Answers those whose deadline is over. Returns whether some are left.
  bool expire_waiters(Deadline now);

  void post(Job job) override;
  void post_after(std::chrono::milliseconds delay, Job job) override;

  std::function<void()> on_progress;  ///< set before `start`; called on the consumer's thread

 private:
  void run();
  [[nodiscard]] Result<std::vector<MessagePtr>> take();
  [[nodiscard]] Result<std::vector<MessagePtr>> read_log(Offset from) const;
  [[nodiscard]] std::vector<MessagePtr> without_damaged(std::vector<MessagePtr> messages);
  bool deliver(const std::vector<MessagePtr>& messages);
  void advance(std::size_t taken, std::uint64_t turn);
  void pause(std::chrono::milliseconds time);
  [[nodiscard]] Job next_job(const bool& done);
  void answer_waiters();

  const std::string name_;
  Store& store_;
  Recent& recent_;
  const Settings settings_;
  Log& log_;
  Counter& skipped_;
  dispatch::Bus::Handler handler_;
  std::atomic<Offset> next_{0};
  std::mutex place_mutex_;  // guards the turn, and next_ against going back
  std::uint64_t turn_ = 0;  // counts go_back_to
  std::atomic<bool> stopping_{false};

  std::mutex mutex_;  // guards the jobs
  std::condition_variable posted_;
  std::deque<Job> jobs_;
  std::multimap<Deadline, Job> later_;

  struct Waiter {
    Offset target;
    Deadline deadline;
    Done done;
  };
  template <class Over>
  [[nodiscard]] std::vector<Waiter> extract_waiters(Over over);
  std::mutex waiters_mutex_;
  std::vector<Waiter> waiters_;
  std::thread thread_;
};

}  // namespace godwit::rocks

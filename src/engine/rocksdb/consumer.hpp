#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/executor.hpp"
#include "base/log.hpp"
#include "engine/rocksdb/recent.hpp"
#include "engine/rocksdb/store.hpp"
#include "service/dead_letters.hpp"

namespace godwit::rocks {

/// One topic's reader: a thread, which is also the executor that its handler runs on. Takes from memory where it keeps
/// up and from the log where it lags.
///
/// A batch that the handler refuses as `unavailable` is repeated with pauses up to 1 s: the store is away, nothing is
/// lost. What stops nothing that follows, and becomes a dead letter:
///   - a record that does not decode, is missing, or has a number that cannot be: at once;
///   - a message that the handler refuses by itself with another error: at once;
///   - a suspect: a message that is `unavailable` by itself while the handler takes newer ones. It is asked again
///   before
///     and after each batch that was taken, and goes when it was refused both times in ten such batches.
/// A suspect holds the cursor, not what follows it.
class Consumer final : public Executor {
 public:
  Consumer(dispatch::Topic topic, Store& store, Recent& recent, dispatch::DeadLetters& dead_letters,
           const Settings& settings, Log& log);
  ~Consumer() override { stop(); }

  void begin_at(Offset next) { next_.store(next), reading_.store(next); }
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

  /// Gives one message to the handler, between two batches; `done` gets its answer, or unavailable where the consumer
  /// stops. False: the consumer does not run, or too many wait. Any thread.
  using Done = std::move_only_function<void(Result<void>)>;
  [[nodiscard]] bool hand_again(MessagePtr message, Done done);

  /// `done` is called once: when everything below `target` was taken, or with unavailable. False: too many wait.
  using Deadline = std::chrono::steady_clock::time_point;
  [[nodiscard]] bool when_taken(Offset target, Deadline deadline, Done done);
  /// Answers those whose deadline is over. Returns whether some are left.
  bool expire_waiters(Deadline now);

  void post(Job job) override;
  void post_after(std::chrono::milliseconds delay, Job job) override;

  std::function<void()> on_progress;  ///< set before `start`; called on the consumer's thread

 private:
  struct Batch {  // messages that can be handed over, and where each stands on the log
    std::vector<MessagePtr> messages;
    std::vector<Offset> offsets;
  };
  struct Suspect {
    Offset offset;
    MessagePtr message;
    Error why;
    int refusals = 0;
  };
  struct Sifted {
    std::vector<Suspect> refused;
    std::size_t unavailable = 0;  // of these
    bool took = false;            // some
  };
  struct Again {
    MessagePtr message;
    Done done;
  };

  // all on the consumer's thread
  void run();
  bool round();
  [[nodiscard]] std::uint64_t begin_round();
  void end_round(std::size_t taken, std::uint64_t turn);
  [[nodiscard]] Result<std::vector<MessagePtr>> take();
  [[nodiscard]] Result<std::vector<MessagePtr>> read_log(Offset from) const;
  [[nodiscard]] Result<Batch> without_broken(std::vector<MessagePtr> messages, Offset first);
  [[nodiscard]] bool hand_over(const Batch& batch);
  [[nodiscard]] bool sift(const Batch& batch);
  void sift(const Batch& batch, std::size_t from, std::size_t to, Sifted& sifted);
  [[nodiscard]] bool ask_suspects(bool counts);
  [[nodiscard]] Result<void> put_aside(Offset offset, std::string record, std::string reason);
  [[nodiscard]] Result<void> put_aside(const Suspect& suspect);
  [[nodiscard]] Result<void> deliver(std::span<const MessagePtr> messages);
  [[nodiscard]] Result<void> complete(Task<Result<void>> task);
  void hand_those_again();
  void refuse_those_again();
  void pause(std::chrono::milliseconds time);
  [[nodiscard]] Job next_job(const bool& done);
  void answer_waiters();

  const dispatch::Topic topic_;
  const std::string name_;
  Store& store_;
  Recent& recent_;
  const Settings settings_;
  Log& log_;
  dispatch::DeadLetters& dead_letters_;
  dispatch::Bus::Handler handler_;
  std::atomic<Offset> next_{0};     // everything below was taken or put aside
  std::atomic<Offset> reading_{0};  // what is read next: beyond next_ where there are suspects
  std::mutex place_mutex_;          // guards the turn, and the two above against going back
  std::uint64_t turn_ = 0;          // counts go_back_to
  std::atomic<bool> started_{false}, stopping_{false};
  std::atomic<bool> called_{false};  // not to wait for more of the log: to stop, or to hand something again

  // the consumer's thread alone
  std::vector<Suspect> suspects_;  // by offset
  std::uint64_t turn_of_suspects_ = 0;
  std::size_t tries_ = 0;  // of the present batch

  std::mutex mutex_;  // guards the jobs
  std::deque<Again> again_;
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

#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/executor.hpp"

namespace godwit::net {

/// What gets told about a raw descriptor that it watches. Called on the loop's thread.
class Readiness {
 public:
  virtual ~Readiness() = default;
  /// `hung_up`: the peer shut down its side, or the socket failed; a read tells which.
  virtual void on_ready(bool readable, bool writable, bool hung_up) = 0;
};

/// One thread, one epoll set: sockets (edge-triggered; nothing is allocated for a watched descriptor), timers, posted
/// jobs. A wake-up goes: events, timers that are due, posted jobs, then what asked for the end of the wake-up. `post`,
/// `post_after`, `call` and `stop` from any thread; jobs posted together wake the thread once, and none at all while it
/// is awake. Everything else on the loop's thread.
class EventLoop final : public Executor {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit EventLoop(std::string name, std::size_t index = 0);
  ~EventLoop() override;

  void post(Job job) override;
  void post_after(std::chrono::milliseconds delay, Job job) override;

  /// Runs `job` on the loop's thread and returns when it is done. Inline when called there, or while the loop does not
  /// run.
  void call(Job job);

  /// Runs until `stop`, then what was posted before it, then returns. Call on the thread that is to be the loop's.
  void run();
  void stop();

  /// Edge-triggered, both directions. `watcher` must outlive the watch; after `unwatch` it is not called again, not
  /// even for events that were already collected. False where the kernel refuses (out of watches or memory).
  bool watch(int fd, Readiness& watcher);
  void unwatch(int fd, Readiness& watcher);
  /// Both in one: closes `fd`, which nobody has duplicated.
  void unwatch_and_close(int fd, Readiness& watcher);

  /// Runs `next`, which may `watch` the same descriptor with another watcher: that then costs one system call instead
  /// of two. Behind it `watcher` is not called again, whether or not `next` did.
  void hand_over(int fd, Readiness& watcher, Job next);

  /// `job` runs once, at the end of the present wake-up, after every event and posted job of it (flushing of queues).
  void at_end_of_wakeup(Job job);

  /// When the present wake-up began: a clock that costs nothing to read.
  [[nodiscard]] TimePoint now() const noexcept;

  [[nodiscard]] std::size_t index() const noexcept { return index_; }
  [[nodiscard]] static EventLoop* current() noexcept;

  struct Impl;
  [[nodiscard]] Impl& impl() noexcept { return *impl_; }

 private:
  std::size_t index_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace godwit::net

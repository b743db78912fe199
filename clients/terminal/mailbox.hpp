#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

namespace godwit::chat {

/// Work that threads leave for the one thread that owns the model and the terminal. Bounded: who posts waits at the
/// bound, so a flood of frames backs up into the socket, where the server's bound is (4002, come back and resume).
class Mailbox {
 public:
  using Job = std::move_only_function<void()>;
  static constexpr std::size_t kMost = 2048;

  Mailbox();
  ~Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  /// From any thread. After `close` the job is dropped.
  void post(Job job);
  /// Runs what is there, on the calling thread; true where there was anything.
  bool run();
  /// Readable while something is there.
  [[nodiscard]] int fd() const noexcept { return fd_; }
  /// Nothing is taken or run any more; those who wait in `post` go on.
  void close();

 private:
  std::mutex mutex_;
  std::condition_variable room_;
  std::deque<Job> jobs_;
  bool closed_ = false;
  int fd_ = -1;
};

}  // namespace godwit::chat

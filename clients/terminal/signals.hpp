#pragma once

namespace godwit::chat {

/// Signals as something to poll: blocked for this thread and every thread that it starts, read from a descriptor. So
/// nothing runs at an odd moment, and no thread but the terminal's ever sees one. SIGINT, SIGTERM, SIGHUP, SIGWINCH,
/// SIGTSTP; SIGPIPE is ignored.
class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  [[nodiscard]] int fd() const noexcept { return fd_; }
  /// The next one that came; 0: none.
  [[nodiscard]] int next();

 private:
  int fd_ = -1;
};

}  // namespace godwit::chat

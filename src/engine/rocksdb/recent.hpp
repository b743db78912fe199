#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <vector>

#include "domain/message.hpp"
#include "engine/rocksdb/settings.hpp"

namespace godwit::rocks {

using Offset = std::uint64_t;  ///< place in the log, from 0

/// The newest durable messages, so that consumers which keep up never read the disk; and the place where they wait for
/// more. Bounded: the oldest fall out. The committer's thread adds, the consumers' read.
class Recent {
 public:
  explicit Recent(const Settings& settings) : settings_(settings) {}

  /// Before anything else: the log holds everything below `end`.
  void begin_at(Offset end) { end_.store(end); }
  /// Durable from now on; nobody is woken yet.
  void add(std::vector<MessagePtr> messages);
  void wake();

  [[nodiscard]] Offset end() const noexcept { return end_.load(); }
  /// Messages from `from` on, as many as one take may hold; empty where `from` has fallen out or nothing is there yet.
  [[nodiscard]] std::vector<MessagePtr> from(Offset from) const;
  /// Blocks until the log goes beyond `next` or `stopped` is set (whoever changes them calls `wake`).
  void wait(const std::atomic<Offset>& next, const std::atomic<bool>& stopped);

 private:
  const Settings settings_;
  mutable std::mutex mutex_;
  std::condition_variable more_;
  std::deque<MessagePtr> messages_;  // the last of the log, in order
  std::size_t bytes_ = 0;
  std::atomic<Offset> end_{0};
};

/// About what a message takes in memory and in the log.
[[nodiscard]] inline std::size_t weight(const Message& message) {
  return 320 + message.text.size() + 32 * (message.joined.size() + message.left.size());
}

}  // namespace godwit::rocks

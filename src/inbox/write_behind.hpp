#pragma once
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <tuple>
#include <vector>

#include "base/executor.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "offline/positions.hpp"

namespace godwit::inbox {

/// Carries positions to where they are kept, in batches, behind whoever moved them: of each only the furthest waits.
/// What could not be written is tried again with the next batch. Thread-safe.
class WriteBehind {
 public:
  struct Settings {
    std::chrono::milliseconds every{1000};
    std::size_t most = 100'000;  ///< positions that wait
  };
  /// What it is given outlives it; batches run on `executor`.
  WriteBehind(offline::Positions& positions, Executor& executor, Settings settings, Log& log, Metrics& metrics);

  void start();
  /// false: too many wait; nothing of it was taken.
  [[nodiscard]] bool note(std::vector<offline::Positions::Move> moves);
  /// Begins nothing more, writes what waits, and comes back when nothing runs. What still cannot be written is told to
  /// the log.
  Task<void> finish();
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.load(std::memory_order_relaxed); }

 private:
  using Key = std::tuple<UserKey, DeviceId, Conversation>;
  Task<void> run();
  /// false: it has to be tried again.
  Task<bool> flush();
  void keep(const offline::Positions::Move& move);

  offline::Positions& positions_;
  Executor& executor_;
  const Settings settings_;
  Log& log_;
  Counter& written_;
  std::mutex mutex_;
  std::map<Key, Seq> moves_;  // with the mutex
  std::atomic<std::size_t> waiting_{0};
  std::atomic<bool> stopping_{false};
  bool running_ = false;  // on the executor
};

}  // namespace godwit::inbox

#pragma once
#include <chrono>
#include <mutex>
#include <vector>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "service/change_feed.hpp"
#include "user/store/store.hpp"

namespace godwit::user {

/// Tells the change log what was committed, and empties the outbox of changes. What could not be told stays there, and
/// is told by `replay`. Thread-safe.
class ChangePublisher {
 public:
  /// `own`: hears of every change at once, whether the log can be reached or not. All outlive the publisher.
  struct Ports {
    Store& store;
    changes::ChangeLog& log;
    changes::Follower& own;
  };
  ChangePublisher(Ports ports, Log& log, Metrics& metrics);

  /// The place of the last change that the log took from here.
  [[nodiscard]] changes::Position last() const;
  /// Whether a transaction has to write down what it changes.
  [[nodiscard]] bool wants_written() const noexcept { return ports_.log.outlives_publisher(); }

  /// After the commit. `ordinal`: in the outbox; 0 where it was not written down, or nobody knows whether the
  /// transaction stood. Whether the log took them; no failure fails the call. What stands in the outbox is tried for
  /// `kPatience`: when the call is answered, the log was told, or whoever heard nothing of it trusts no copy.
  Task<bool> publish(std::vector<changes::Change> changes, std::int64_t ordinal);

  /// Removes what was told from the outbox, and tells what somebody left there. At start, and every second.
  Task<void> replay();

 private:
  static constexpr std::chrono::milliseconds kPatience{changes::ChangeFeed::kTrusted}, kPause{100};
  static constexpr std::size_t kPiece = 500;
  static constexpr std::size_t kMostTold = 100'000;  ///< ordinals remembered; what is forgotten is told once more

  /// Once.
  Task<bool> try_to_tell(std::vector<changes::Change> changes, std::int64_t ordinal);
  [[nodiscard]] std::vector<std::int64_t> take_told();
  Task<void> remove_told();
  /// The ordinal of the last row that it looked at; 0: no more, or the log is away.
  Task<std::int64_t> replay_piece(std::int64_t after);

  Ports ports_;
  Log& log_;
  Counter& published_;
  Counter& failed_;
  mutable std::mutex mutex_;
  changes::Position last_;
  std::vector<std::int64_t> told_;
};

}  // namespace godwit::user

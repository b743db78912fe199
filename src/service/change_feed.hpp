#pragma once
#include <algorithm>
#include <atomic>
#include <mutex>
#include <vector>

#include "service/changes.hpp"

namespace godwit::changes {

/// Follows the change log once for a process, and hands on to all in it who keep copies. Knows whether they may be
/// trusted: a process that has heard nothing for a second may be missing a change. Copies from before such a silence
/// are never trusted again: what changed in it may be told long after the log is back. Thread-safe; outlives its
/// followers.
class ChangeFeed final : private Follower {
 public:
  static constexpr Millis kTrusted = 1000;  ///< after it was last known that nothing is missing

  ChangeFeed(ChangeLog& log, const Clock& clock) : log_(log), clock_(clock) { log_.follow(*this); }
  ChangeFeed(const ChangeFeed&) = delete;
  ChangeFeed& operator=(const ChangeFeed&) = delete;
  ~ChangeFeed() override { log_.unfollow(*this); }

  /// Whether every change older than a second was handed on. A clock that is set back makes it false, or the second at
  /// most two. Asked on hot paths: one atomic load in one process.
  [[nodiscard]] bool fresh() const {
    const auto as_of = as_of_.load(std::memory_order_acquire);
    if (as_of == kAlways) return true;
    const auto age = clock_.now() - as_of;
    return age >= 0 && age < kTrusted;
  }
  /// Whether the log was ever heard: before that `position` is no place in it.
  [[nodiscard]] bool reached() const { return as_of_.load(std::memory_order_acquire) != kNever; }
  /// Everything up to this place was handed on: what is asked of the followers afterwards knows of it.
  [[nodiscard]] Position position() const {
    std::lock_guard lock(position_mutex_);
    return position_;
  }

  void add(Follower& follower) {
    std::lock_guard lock(mutex_);
    followers_.push_back(&follower);
  }
  void remove(Follower& follower) {
    std::lock_guard lock(mutex_);
    std::erase(followers_, &follower);
  }

 private:
  void changed(std::span<const Change> changes, Position behind) override {
    std::lock_guard lock(mutex_);
    for (auto* follower : followers_) follower->changed(changes, behind);
    reach(behind);
  }
  void lost() override {
    std::lock_guard lock(mutex_);
    for (auto* follower : followers_) follower->lost();
  }
  void heard(Position position, Millis as_of) override {
    std::lock_guard lock(mutex_);
    const bool silent = !fresh();
    for (auto* follower : followers_) {
      if (silent) follower->resumed();
      follower->heard(position, as_of);
    }
    reach(position);
    as_of_.store(as_of, std::memory_order_release);
  }
  /// A change that comes again does not take the place back.
  void reach(Position position) {
    std::lock_guard lock(position_mutex_);
    position_ = std::max(position_, position);
  }

  ChangeLog& log_;
  const Clock& clock_;
  std::mutex mutex_;
  std::vector<Follower*> followers_;
  mutable std::mutex position_mutex_;
  Position position_;
  static constexpr Millis kNever = std::numeric_limits<Millis>::min() / 2;
  std::atomic<Millis> as_of_{kNever};
};

}  // namespace godwit::changes

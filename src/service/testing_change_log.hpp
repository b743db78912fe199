#pragma once
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "service/change_feed.hpp"

namespace godwit::changes {

/// Hands over inline, to one process after the other, unless it is told that it cannot be reached (`broken`) or that
/// what it takes gets lost on the way to some (`deaf`).
class TestingChangeLog final : public ChangeLog {
 public:
  [[nodiscard]] bool outlives_publisher() const noexcept override { return outlives; }
  Task<Result<Position>> publish(std::vector<Change> changes) override {
    std::lock_guard lock(mutex_);
    if (broken) co_return fail(Code::unavailable);
    position_.number += changes.size();
    published.insert(published.end(), changes.begin(), changes.end());
    for (auto* follower : followers_) {
      if (!deaf.contains(follower)) follower->changed(changes, position_);
    }
    co_return position_;
  }
  void follow(Follower& follower) override {
    followers_.push_back(&follower);
    follower.heard(position_, pulse == nullptr ? kAlways : pulse->now());
  }
  void unfollow(Follower& follower) override { std::erase(followers_, &follower); }
  /// Tells everybody that nothing is missing now.
  void beat() {
    for (auto* follower : followers_) follower->heard(position_, pulse->now());
  }
  [[nodiscard]] Follower& last() { return *followers_.back(); }

  /// Of which sessions it was told that they ended, since the last call.
  std::vector<SessionId> take_ended() {
    std::vector<SessionId> ended;
    for (const auto& change : std::exchange(published, {})) {
      if (change.kind == Kind::session_ended) ended.push_back(change.session);
    }
    return ended;
  }

  bool outlives = true;
  bool broken = false;
  std::set<Follower*> deaf;
  const Clock* pulse = nullptr;  ///< where set: followers know nothing beyond the last beat
  std::vector<Change> published;

 private:
  std::mutex mutex_;
  Position position_;
  std::vector<Follower*> followers_;
};

}  // namespace godwit::changes

#include "engine/memory/change_log.hpp"

namespace godwit::engine::memory {

Task<Result<changes::Position>> MemoryChangeLog::publish(std::vector<changes::Change> changes) {
  co_return hand_over(changes);
}

changes::Position MemoryChangeLog::hand_over(const std::vector<changes::Change>& changes) {
  std::lock_guard lock(mutex_);
  position_.number += changes.size();
  for (auto* follower : followers_) follower->changed(changes, position_);
  return position_;
}

void MemoryChangeLog::follow(changes::Follower& follower) {
  std::lock_guard lock(mutex_);
  followers_.push_back(&follower);
  follower.heard(position_, changes::kAlways);
}

void MemoryChangeLog::unfollow(changes::Follower& follower) {
  std::lock_guard lock(mutex_);
  std::erase(followers_, &follower);
}

}  // namespace godwit::engine::memory

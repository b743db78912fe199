#pragma once
#include <mutex>
#include <vector>

#include "service/changes.hpp"

namespace godwit::engine::memory {

/// changes::ChangeLog of one process: keeps nothing, hands over on the publisher's thread before `publish` comes back.
class MemoryChangeLog final : public changes::ChangeLog {
 public:
  [[nodiscard]] bool outlives_publisher() const noexcept override { return false; }
  Task<Result<changes::Position>> publish(std::vector<changes::Change> changes) override;
  void follow(changes::Follower& follower) override;
  void unfollow(changes::Follower& follower) override;

 private:
  changes::Position hand_over(const std::vector<changes::Change>& changes);

  std::mutex mutex_;
  changes::Position position_;
  std::vector<changes::Follower*> followers_;
};

}  // namespace godwit::engine::memory

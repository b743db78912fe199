#pragma once
#include <array>
#include <mutex>

#include "bus/applied_positions.hpp"
#include "domain/position_ranges.hpp"

namespace godwit::memory {

/// bus::AppliedPositions in memory: for all consumers that share it.
class AppliedPositions final : public bus::AppliedPositions {
 public:
  Task<Result<void>> add(dispatch::Topic topic, std::vector<bus::AppliedRange> ranges) override {
    std::lock_guard lock(mutex_);
    for (const auto& [shard, first, last] : ranges) {
      auto& known = topics_[static_cast<std::size_t>(topic)][shard];
      if (known.size() >= kMostRanges && known.apart(first, last))
        co_return fail(Code::unavailable, "too many holes in what was applied");
      known.add(first, last);
    }
    co_return Result<void>{};
  }

  Task<Result<std::vector<Position>>> contiguous(dispatch::Topic topic) override {
    std::lock_guard lock(mutex_);
    std::vector<Position> positions;
    for (const auto& ranges : topics_[static_cast<std::size_t>(topic)]) positions.push_back(ranges.contiguous());
    co_return positions;
  }

 private:
  std::mutex mutex_;
  std::array<std::array<PositionRanges, kShards>, 2> topics_;
};

}  // namespace godwit::memory

#pragma once
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "domain/shard.hpp"
#include "service/bus.hpp"

namespace godwit::bus {

/// Rows of a shard, both ends included.
struct AppliedRange {
  Shard shard = 0;
  Position first = 0, last = 0;
};

/// The port that remembers what the consumers of a topic have written, all of its processes together: in the store that
/// they write to, so that what loses the one loses the other. Thread-safe.
class AppliedPositions {
 public:
  /// Ranges of one shard that lie apart. One more that touches none of them is refused.
  static constexpr std::size_t kMostRanges = 4096;

  virtual ~AppliedPositions() = default;

  /// The rows were written before the call. Ranges may come in any order, twice, overlap, and from several processes at
  /// once: what counts is their union. unavailable: some may not be counted; they may be given again.
  virtual Task<Result<void>> add(dispatch::Topic topic, std::vector<AppliedRange> ranges) = 0;

  /// By shard: the last position below which, itself included, every row was written. 0: not even the first.
  /// unavailable.
  virtual Task<Result<std::vector<Position>>> contiguous(dispatch::Topic topic) = 0;
};

}  // namespace godwit::bus

#pragma once
#include "bus/applied_positions.hpp"
#include "engine/redis/client.hpp"

namespace godwit::redis {

/// bus::AppliedPositions in Redis: a key for each topic and shard, a sorted set of ranges that neither overlap nor
/// touch (member: the last position, score: the first). What Redis loses counts as not written: `contiguous` is 0
/// again. Positions up to 2^53. Thread-safe.
class RedisAppliedPositions final : public bus::AppliedPositions {
 public:
  explicit RedisAppliedPositions(Client& client);

  Task<Result<void>> add(dispatch::Topic topic, std::vector<bus::AppliedRange> ranges) override;
  Task<Result<std::vector<Position>>> contiguous(dispatch::Topic topic) override;

 private:
  [[nodiscard]] std::string key_of(dispatch::Topic topic, Shard shard) const;

  Client& client_;
  const Script add_;
};

}  // namespace godwit::redis

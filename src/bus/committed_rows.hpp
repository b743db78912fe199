#pragma once
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "domain/message.hpp"
#include "domain/shard.hpp"

namespace godwit::bus {

/// The port to the ledger's own rows, for a consumer that the broker keeps waiting. Thread-safe.
class CommittedRows {
 public:
  struct Found {
    Position first = 0;  ///< of messages[0]; the others follow without a hole
    std::vector<MessagePtr> messages;
  };
  virtual ~CommittedRows() = default;
  /// The shard's rows above `after`, ascending: `limit` at most. What was trimmed is passed over; none: all that was
  /// committed above it was trimmed. unavailable.
  virtual Task<Result<Found>> rows(Shard shard, Position after, std::size_t limit) = 0;
};

}  // namespace godwit::bus

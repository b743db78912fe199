#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "service/changes.hpp"

namespace godwit::user {

struct WaitingChanges {
  std::int64_t ordinal = 0;
  std::vector<changes::Change> changes;
};

/// The port of what the change log has still to be told: written in the transaction of the change, emptied by the
/// ChangePublisher. Used inside a transaction, on its thread. Errors: unavailable.
class ChangeOutbox {
 public:
  virtual ~ChangeOutbox() = default;

  /// What one transaction changed, at least one. Answers its ordinal, which no other ever has.
  virtual Result<std::int64_t> add(std::span<const changes::Change> changes) = 0;
  /// The oldest above `after`, ascending.
  virtual Result<std::vector<WaitingChanges>> waiting(std::int64_t after, std::size_t limit) = 0;
  /// Idempotent.
  virtual Result<void> remove(std::span<const std::int64_t> ordinals) = 0;
};

}  // namespace godwit::user

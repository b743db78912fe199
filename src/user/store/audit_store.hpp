#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace godwit::user {

struct AuditEntry {
  std::int64_t ordinal = 0;  ///< given by the store; grows
  Millis time = 0;
  std::string admin;  ///< an account's key, or "(command line)"
  std::string action, target, detail;
};

/// The port of the audit log: what admins did. Used inside a transaction, on its thread. Errors: unavailable. Entries
/// are never changed.
class AuditStore {
 public:
  virtual ~AuditStore() = default;

  /// Gives the entry the next ordinal; of all entries the newest `keep` stay.
  virtual Result<void> add(const AuditEntry& entry, std::size_t keep) = 0;
  /// Newest first, below `before` (0: from the newest).
  virtual Result<std::vector<AuditEntry>> list(std::int64_t before, std::size_t limit) = 0;
};

}  // namespace godwit::user

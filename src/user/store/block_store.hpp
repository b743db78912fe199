#pragma once
#include <vector>

#include "base/error.hpp"
#include "domain/people.hpp"

namespace godwit::user {

struct Blocked {
  Card user;
  Millis since = 0;
};

/// The port of blocks. Used inside a transaction, on its thread. Errors: unavailable.
class BlockStore {
 public:
  virtual ~BlockStore() = default;

  /// False where it stood already (its `since` stays).
  virtual Result<bool> add(const UserKey& user, const UserKey& other, Millis since) = 0;
  virtual Result<bool> remove(const UserKey& user, const UserKey& other) = 0;
  /// In either direction.
  virtual Result<bool> between(const UserKey& a, const UserKey& b) = 0;
  /// Whom `user` blocks, by key, ascending, above `after`.
  virtual Result<std::vector<Blocked>> list(const UserKey& user, const UserKey& after, std::size_t limit) = 0;
};

}  // namespace godwit::user

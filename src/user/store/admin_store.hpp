#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "domain/people.hpp"

namespace godwit::user {

struct Census {
  std::uint64_t users = 0, groups = 0, sessions = 0;
};

struct Ties {
  std::uint64_t friends = 0, groups = 0;
};

/// The port of what admins see and nobody else: everybody, disabled or not, and all groups. Used inside a transaction,
/// on its thread. Errors: unavailable.
class AdminStore {
 public:
  virtual ~AdminStore() = default;

  /// False: no such account.
  virtual Result<bool> set_admin(const UserKey& key, bool admin) = 0;
  /// Accounts whose key or name (ASCII case aside) begins with `prefix`; ascending by key, above `after`.
  virtual Result<std::vector<User>> accounts(const std::string& prefix, const UserKey& after, std::size_t limit) = 0;
  /// Groups that are not dissolved; as above.
  virtual Result<std::vector<Group>> groups(const std::string& prefix, const GroupKey& after, std::size_t limit) = 0;
  /// How many there are: sessions that expire after `now`, groups that are not dissolved.
  virtual Result<Census> count(Millis now) = 0;
  virtual Result<Ties> ties(const UserKey& user) = 0;
};

}  // namespace godwit::user

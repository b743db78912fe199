#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "domain/people.hpp"

namespace godwit::user {

/// The port of friendships: one row a pair, whichever way it is asked for. Used inside a transaction, on its thread.
/// Errors: unavailable.
class FriendStore {
 public:
  virtual ~FriendStore() = default;

  /// False where they are friends already.
  virtual Result<bool> add(const UserKey& a, const UserKey& b, Millis since) = 0;
  /// False where they are not; aliases of both sides go with it.
  virtual Result<bool> remove(const UserKey& a, const UserKey& b) = 0;
  virtual Result<bool> are_friends(const UserKey& a, const UserKey& b) = 0;
  /// `user`'s view of `other`, with `user`'s own alias.
  virtual Result<std::optional<Friend>> find(const UserKey& user, const UserKey& other) = 0;
  virtual Result<bool> set_alias(const UserKey& user, const UserKey& other, const std::string& alias) = 0;
  /// By the friend's key, ascending, above `after`.
  virtual Result<std::vector<Friend>> list(const UserKey& user, const UserKey& after, std::size_t limit) = 0;
  /// Every friend's key between whom and `user` no block stands, ascending.
  virtual Result<std::vector<UserKey>> awake(const UserKey& user) = 0;
  virtual Result<std::size_t> count(const UserKey& user) = 0;
};

}  // namespace godwit::user

#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "domain/people.hpp"
#include "service/changes.hpp"

namespace godwit::user {

/// What an admin does, as the audit log has it: `action` is a stable snake_case name (openapi.yaml lists them). Never a
/// message's text, a password or a key.
struct Deed {
  std::string action, target{}, detail{};
};

/// A business system, by its service key: what it is called, and what it may do.
struct ServiceIdentity {
  std::string name;
  std::vector<std::string> scopes;
};

/// Whose token or session it is, and how late that is known to be so: whatever ended a session up to this place in the
/// change log was looked at, nothing after it.
struct Proven {
  Identity who;
  changes::Position as_of{};
  std::string node{};  ///< where the login sent it, of a token: a hint
};

/// What other roles may ask the user role. Thread-safe; answers come from caches where they can.
class Service {
 public:
  virtual ~Service() = default;

  /// Whose token this is: signature, issuer, audience, type, expiry, and the session still lives. unauthenticated.
  virtual Task<Result<Proven>> authenticate(std::string_view token) = 0;
  /// The same of whoever was proven before: the session still lives. unauthenticated.
  virtual Task<Result<Proven>> prove_again(Identity who) = 0;
  /// Whose service key this is. Never from a cache: a revoked key is dead with the next call. unauthenticated.
  virtual Task<Result<ServiceIdentity>> authenticate_service(std::string_view key) = 0;
  /// Whether the account is an admin. Never from a cache: a right that was taken back is gone with the next call.
  virtual Task<Result<bool>> is_admin(const UserKey& user) = 0;
  /// For what an admin does outside of this role: into the audit log, before it is done. forbidden: no admin any more.
  virtual Task<Result<void>> record_deed(const UserKey& admin, Deed deed) = 0;
  /// A socket of the session opened or closed: keeps `lastSeenAt` (lazily written).
  virtual void seen(const SessionId& session) = 0;

  /// What stands between the two, for a send.
  virtual Task<Result<DirectRelation>> relation(const UserKey& from, const UserKey& to) = 0;
  /// Friends between whom no block stands: who hears of one's presence.
  virtual Task<Result<std::shared_ptr<const std::vector<UserKey>>>> awake_friends(const UserKey& user) = 0;
  /// A group that is not dissolved, with its members, each of whom may read what is sent from now on. not_found.
  virtual Task<Result<std::shared_ptr<const Roster>>> roster(const GroupKey& group) = 0;

  /// Cards in the order of `keys`; an unknown key answers a card with an empty `key`. Dissolved groups have cards, too.
  virtual Task<Result<std::vector<Card>>> user_cards(const std::vector<UserKey>& keys) = 0;
  virtual Task<Result<std::vector<Card>>> group_cards(const std::vector<GroupKey>& keys) = 0;
  /// Up to `limit` account keys above `after`, ascending: for a push to everyone.
  virtual Task<Result<std::vector<UserKey>>> users_after(const UserKey& after, std::size_t limit) = 0;
};

}  // namespace godwit::user

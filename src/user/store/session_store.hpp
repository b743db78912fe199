#pragma once
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "domain/people.hpp"

namespace godwit::user {

/// The port of sessions: who is logged in where. Used inside a transaction, on its thread. Errors: unavailable.
class SessionStore {
 public:
  virtual ~SessionStore() = default;

  /// The id is new. At most one session a (user, device): the caller removes the old one first.
  virtual Result<void> add(const Session& session) = 0;
  virtual Result<std::optional<Session>> find(const SessionId& id) = 0;
  /// All of one user's, oldest first; the rules keep them few.
  virtual Result<std::vector<Session>> of_user(const UserKey& user) = 0;
  /// False where it was not there.
  virtual Result<bool> remove(const SessionId& id) = 0;
  /// Moves `lastSeenAt`; never back; an ended session is left out.
  virtual Result<void> touch(std::span<const std::pair<SessionId, Millis>> seen) = 0;
};

}  // namespace godwit::user

#pragma once
#include <atomic>
#include <span>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "service/dispatch.hpp"
#include "service/node.hpp"
#include "service/offline.hpp"
#include "user/announcer.hpp"
#include "user/caches.hpp"
#include "user/login_throttle.hpp"
#include "user/password_hasher.hpp"
#include "user/registration_policy.hpp"
#include "user/seen_board.hpp"
#include "user/settings.hpp"
#include "user/store.hpp"
#include "user/token.hpp"

namespace godwit::user {

/// The other roles, as this one needs them.
struct Services {
  dispatch::Service& dispatch;
  node::Service& node;
  offline::Service& offline;
};

/// What every use case of the room works with. One a role; outlives every call.
struct Context {
  Store& store;
  PasswordHasher& hasher;
  const TokenSigner& tokens;
  Services services;
  const Settings settings;
  const Clock& clock;
  Random& random;
  Log& log;
  Caches caches;
  Announcer announcer;
  LoginThrottle throttle;
  ChangeRates changes;
  SeenBoard<SessionId> seen{};
  SeenBoard<std::string> keys_used{};
  RegistrationPolicy registration{};
  std::atomic<std::uint64_t> revocations{0};
};

/// Forgets sessions that the store has ended: their tokens are dead from here on, and their sockets close with 4502.
void sessions_ended(Context& context, std::span<const SessionId> ended);

/// The notices that one change owes, while it is being written.
class Outgoing {
 public:
  explicit Outgoing(Random& random) : random_(random) {}

  [[nodiscard]] bool empty() const noexcept { return conversations_.empty(); }

  /// Inside the transaction.
  [[nodiscard]] Result<void> add(Tables& tables, Notice notice);

  /// Behind the commit: publishes them, in `notices_awaited` conversations at most; the chores publish the others
  /// within a second or so, and what failed. No failure fails the call.
  Task<void> announce(Context& context);

 private:
  Random& random_;
  std::vector<Conversation> conversations_;
};

/// An account's key as a client gave it: lower-cased; `{field}: …` 422 where it cannot be one.
[[nodiscard]] Result<UserKey> key_of(std::string_view field, std::string_view text);
/// The same in a path, where it is 404.
[[nodiscard]] Result<UserKey> key_in_path(std::string_view text);
/// A group's key in a path, lower-cased; what is none names no group.
[[nodiscard]] GroupKey group_in_path(std::string_view text);

}  // namespace godwit::user

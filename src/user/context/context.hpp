#pragma once
#include <span>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "service/dispatch.hpp"
#include "service/offline.hpp"
#include "service/registry.hpp"
#include "user/context/caches.hpp"
#include "user/context/last_seen_buffer.hpp"
#include "user/context/settings.hpp"
#include "user/notices/announcer.hpp"
#include "user/notices/change_publisher.hpp"
#include "user/notices/outgoing.hpp"
#include "user/store/store.hpp"

namespace godwit::user {

class Counts;
class LoginThrottle;
class PasswordHasher;
class RegistrationPolicy;
class TokenSigner;

/// The other roles, as this one needs them.
struct Services {
  dispatch::Service& dispatch;
  offline::Service& offline;
  registry::Registry& registry;
};

/// What the use cases of the room work with. One a role; outlives every call. What accounts and sessions have for
/// themselves is named here and known there.
struct Context {
  Store& store;
  PasswordHasher& hasher;
  const TokenSigner& tokens;
  Services services;
  const changes::ChangeFeed& feed;
  const Settings settings;
  const Clock& clock;
  Random& random;
  Log& log;
  Announcer announcer;
  Caches caches;
  ChangePublisher publisher;
  Counts& counts;
  LoginThrottle& throttle;
  ChangeRates rates;
  LastSeenBuffer<SessionId> seen{};
  LastSeenBuffer<std::string> keys_used{};
  RegistrationPolicy& registration;
};

/// After a write: tells the change log, then publishes the notices in `notices_awaited` conversations at most; the
/// chores publish the others within a second or so, and what failed. `failure`: of the write; nullptr where it stands.
/// Fails nothing.
Task<void> tell(Context& context, Outgoing& outgoing, const Error* failure);

/// Runs `work(Tables&, Outgoing&)` → Result<T> in one write, then tells whom it concerns: caches of every process
/// forget before the call is answered.
template <class F, class R = std::invoke_result_t<F&, Tables&, Outgoing&>>
Task<R> commit(Context& context, F work) {
  Outgoing outgoing(context.random, &context.rates, context.publisher.wants_written());
  auto done = co_await write_owing(context.store, outgoing, std::move(work));
  co_await tell(context, outgoing, done ? nullptr : &done.error());
  co_return done;
}

/// Who of them is online, in their order. unavailable: what was said wrong would be told to nobody later.
Task<Result<std::vector<bool>>> who_is_online(Context& context, std::vector<UserKey> users);

/// An account's key as a client gave it: lower-cased; `{field}: …` 422 where it cannot be one.
[[nodiscard]] Result<UserKey> key_of(std::string_view field, std::string_view text);
/// The same in a path, where it is 404.
[[nodiscard]] Result<UserKey> key_in_path(std::string_view text);
/// A group's key in a path, lower-cased; what is none names no group.
[[nodiscard]] GroupKey group_in_path(std::string_view text);

}  // namespace godwit::user

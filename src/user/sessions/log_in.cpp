#include "domain/text.hpp"
#include "user/accounts/login_throttle.hpp"
#include "user/accounts/passwords.hpp"
#include "user/sessions/sessions.hpp"
#include "user/sessions/token.hpp"
#include "user/store/account_store.hpp"
#include "user/store/session_store.hpp"

namespace godwit::user {
namespace {
Session new_session(Context& context, const UserKey& user, const Login& login) {
  const auto now = context.clock.now();
  return Session{.id = SessionId(context.random.id(20)),
                 .user = user,
                 .device = DeviceId(login.device_id.empty() ? context.random.id(16) : login.device_id),
                 .device_name = login.device_name,
                 .created_at = now,
                 .last_seen_at = now,
                 .expires_at = (now + context.settings.token_life_ms) / 1000 * 1000};
}

// The checked password may have been changed, and the account disabled, since it was checked.
Result<void> still_valid(Tables& tables, const Account& checked) {
  TRY(const auto now, tables.accounts.find(checked.user.key));
  if (!now || now->password_hash != checked.password_hash) return fail(Code::bad_credentials);
  if (now->user.disabled) return fail(Code::account_disabled);
  return {};
}

/// Puts the session in its place; away with those that have to go.
Result<void> make_room(Tables& tables, Outgoing& outgoing, const Session& fresh, std::size_t most) {
  std::vector<SessionId> ended;
  TRY(auto sessions, tables.sessions.of_user(fresh.user));
  const auto must_go = [&](const Session& session) {
    return session.device == fresh.device || session.expires_at <= fresh.created_at;
  };
  for (const auto& session : sessions) {
    if (must_go(session)) ended.push_back(session.id);
  }
  std::erase_if(sessions, must_go);
  for (std::size_t i = 0; sessions.size() - i >= most && i < sessions.size(); ++i)
    ended.push_back(sessions[i].id);  // the oldest
  for (const auto& id : ended) {
    CHECK_OK(tables.sessions.remove(id));
    outgoing.changed(changes::session_ended(id));
  }
  return tables.sessions.add(fresh);
}

// What is no key is nobody's: it counts against the network alone that tries it.
Task<Result<LoginThrottle::Attempt>> begin_attempt(Context& context, const std::string& key, const Login& login) {
  if (!is_key(key)) co_return co_await context.throttle.from_network("", login.address);
  if (!login.device_id.empty()) {
    const auto known = co_await context.services.offline.knows_device(UserKey(key), DeviceId(login.device_id));
    if (known && *known) co_return co_await context.throttle.from_known_device(key, login.device_id);
  }
  co_return co_await context.throttle.from_network(key, login.address);
}

struct Proven {
  Account account;
  std::string new_hash;  ///< of the same password, where the stored one is outdated; else empty
};

Task<Result<Proven>> look_at_password(Context& context, const std::string& key, const Login& login,
                                      const std::string& lane) {
  auto account = co_await context.store.read([&](Tables& tables) -> Result<std::optional<Account>> {
    if (!is_key(key)) return std::nullopt;
    return tables.accounts.find(UserKey(key));
  });
  if (!account) co_return std::unexpected(std::move(account).error());
  const auto& known = *account;
  CO_TRY(const auto match,
         co_await match_password(context, known ? known->password_hash : std::string{}, login.password, lane));
  if (!match.right) co_return fail(Code::bad_credentials);
  if (known->user.disabled) co_return fail(Code::account_disabled);
  if (!match.outdated) co_return Proven{.account = *known, .new_hash = {}};
  auto renewed = co_await hash_password(context, login.password);  // no matter if it fails: the next login tries again
  co_return Proven{.account = *known, .new_hash = renewed ? *renewed : std::string{}};
}

Task<Result<Proven>> check_password(Context& context, const Login& login) {
  const auto key = lower(login.key);
  CO_TRY(const auto attempt, co_await begin_attempt(context, key, login));
  auto proven = co_await look_at_password(context, key, login, attempt.lane());
  if (proven || proven.error().code != Code::bad_credentials) co_await context.throttle.take_back(attempt);
  co_return proven;
}

/// A hint, where a client had best connect: the gateway goes to another node where this one is not there.
Task<std::string> pick_node(Context& context, const SessionId& session) {
  auto picked = co_await context.services.registry.pick();
  if (picked) co_return *std::move(picked);
  const auto& nodes = context.settings.nodes;  // nobody knows who lives: spread over all
  co_return nodes.at(std::hash<SessionId>()(session) % nodes.size());
}

Task<Result<LoggedIn>> enter(Context& context, const Login& login, Proven proven) {
  auto& account = proven.account;
  auto session = new_session(context, account.user.key, login);
  // Where the message store takes no writes, a new device has no place yet: it is shown all that the inbox keeps.
  if (const auto adopted = co_await context.services.offline.adopt_device(session.user, session.device);
      !adopted && adopted.error().code != Code::unavailable)
    co_return std::unexpected(adopted.error());
  CO_CHECK(co_await commit(context, [&](Tables& tables, Outgoing& outgoing) -> Result<void> {
    CHECK_OK(hold(tables, {session.user}));
    CHECK_OK(still_valid(tables, account));
    if (!proven.new_hash.empty()) CHECK_OK(tables.accounts.set_password(account.user.key, proven.new_hash));
    return make_room(tables, outgoing, session, context.settings.sessions_per_user);
  }));
  const auto node = co_await pick_node(context, session.id);
  auto token = context.tokens.sign({.user = session.user,
                                    .session = session.id,
                                    .device = session.device,
                                    .node = node,
                                    .issued_at = session.created_at,
                                    .expires_at = session.expires_at});
  co_return LoggedIn{
      .token = std::move(token), .session = std::move(session), .user = std::move(account.user), .node = node};
}
}  // namespace

Task<Result<LoggedIn>> log_in(Context& context, Login login) {
  CO_TRY(auto proven, co_await check_password(context, login));
  const bool outdated = !proven.new_hash.empty();
  auto entered = co_await enter(context, login, std::move(proven));
  if (entered || !outdated || entered.error().code != Code::bad_credentials) co_return entered;
  // Another device of theirs renewed the hash meanwhile.
  CO_TRY(proven, co_await check_password(context, login));
  co_return co_await enter(context, login, std::move(proven));
}

}  // namespace godwit::user

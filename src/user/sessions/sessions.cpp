#include "user/sessions/sessions.hpp"

#include "user/accounts/shown_once.hpp"
#include "user/sessions/token.hpp"
#include "user/store/service_key_store.hpp"
#include "user/store/session_store.hpp"

namespace godwit::user {

Task<Result<Proven>> authenticate(Context& context, std::string_view token) {
  CO_TRY(auto claims, context.tokens.verify(token, context.clock.now()));
  Identity who{.user = std::move(claims.user),
               .session = std::move(claims.session),
               .device = std::move(claims.device),
               .expires_at = claims.expires_at};
  CO_TRY(auto proven, co_await prove_again(context, std::move(who)));
  proven.node = std::move(claims.node);
  co_return proven;
}

// The place is taken before the look: the caches have heard of everything up to it, and so has the store.
Task<Result<Proven>> prove_again(Context& context, Identity who) {
  const auto as_of = context.feed.position();
  CO_TRY(const auto session, co_await context.caches.session(who.session));
  if (session == nullptr || session->user != who.user || session->device != who.device ||
      session->expires_at <= context.clock.now()) {
    co_return fail(Code::unauthenticated);
  }
  context.seen.note(who.session, context.clock.now());
  co_return Proven{.who = std::move(who), .as_of = as_of};
}

Task<Result<std::vector<Session>>> list_sessions(Context& context, UserKey user) {
  CO_TRY(auto sessions, co_await context.store.read([&](Tables& tables) { return tables.sessions.of_user(user); }));
  const auto now = context.clock.now();
  std::erase_if(sessions, [&](const Session& session) { return session.expires_at <= now; });
  for (auto& session : sessions) session.last_seen_at = context.seen.last(session.id, session.last_seen_at);
  co_return sessions;
}

Task<Result<void>> log_out(Context& context, Identity who, std::string session) {
  const auto id = session == "current" ? who.session : SessionId(std::move(session));
  co_return co_await commit(context, [&](Tables& tables, Outgoing& outgoing) -> Result<void> {
    TRY(const auto found, tables.sessions.find(id));
    if (!found || found->user != who.user) return fail(Code::not_found, "no such session");
    CHECK_OK(tables.sessions.remove(id));
    outgoing.changed(changes::session_ended(id));
    return {};
  });
}

Task<Result<ServiceIdentity>> authenticate_service(Context& context, std::string_view key) {
  const auto parts = read_shown_once(kServiceKeyPrefix, key);
  if (!parts) co_return fail(Code::unauthenticated);
  CO_TRY(auto stored, co_await context.store.read([&](Tables& tables) { return tables.service_keys.find(parts->id); }));
  if (!stored || !matches(*parts, stored->hash)) co_return fail(Code::unauthenticated);
  const auto now = context.clock.now();
  if (stored->expires_at != 0 && stored->expires_at <= now)
    co_return fail(Code::unauthenticated, "the key has expired");
  context.keys_used.note(stored->id, now);
  co_return ServiceIdentity{.name = std::move(stored->name), .scopes = std::move(stored->scopes)};
}

}  // namespace godwit::user

#include "user/sessions.hpp"

namespace godwit::user {

Task<Result<std::vector<Session>>> list_sessions(Context& context, UserKey user) {
  CO_TRY(auto sessions, co_await context.store.read([&](Tables& tables) { return tables.sessions.of_user(user); }));
  const auto now = context.clock.now();
  std::erase_if(sessions, [&](const Session& session) { return session.expires_at <= now; });
  for (auto& session : sessions) session.last_seen_at = context.seen.last(session.id, session.last_seen_at);
  co_return sessions;
}

}  // namespace godwit::user

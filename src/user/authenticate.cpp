#include "user/sessions.hpp"

namespace godwit::user {

Task<Result<Proven>> authenticate(Context& context, std::string_view token) {
  CO_TRY(auto claims, context.tokens.verify(token, context.clock.now()));
  co_return co_await prove_again(context, {.user = std::move(claims.user),
                                           .session = std::move(claims.session),
                                           .device = std::move(claims.device),
                                           .expires_at = claims.expires_at});
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

}  // namespace godwit::user

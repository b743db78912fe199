#include "user/sessions.hpp"

namespace godwit::user {

Task<Result<Identity>> authenticate(Context& context, std::string_view token) {
  CO_TRY(auto claims, context.tokens.verify(token, context.clock.now()));
  CO_TRY(const auto session, co_await context.caches.session(claims.session));
  if (session == nullptr || session->user != claims.user || session->device != claims.device ||
      session->expires_at <= context.clock.now()) {
    co_return fail(Code::unauthenticated);
  }
  context.seen.note(claims.session, context.clock.now());
  co_return Identity{.user = std::move(claims.user),
                     .session = std::move(claims.session),
                     .device = std::move(claims.device),
                     .expires_at = claims.expires_at};
}

}  // namespace godwit::user

#include "user/sessions.hpp"

namespace godwit::user {

Task<Result<void>> log_out(Context& context, Identity who, std::string session) {
  const auto id = session == "current" ? who.session : SessionId(std::move(session));
  CO_CHECK(co_await context.store.write([&](Tables& tables) -> Result<void> {
    TRY(const auto found, tables.sessions.find(id));
    if (!found || found->user != who.user) return fail(Code::not_found, "no such session");
    CHECK_OK(tables.sessions.remove(id));
    return {};
  }));
  sessions_ended(context, std::span(&id, 1));
  co_return Result<void>{};
}

}  // namespace godwit::user

#include "user/sessions.hpp"

namespace godwit::user {

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

}  // namespace godwit::user

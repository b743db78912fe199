#include "user/accounts.hpp"
#include "user/passwords.hpp"

namespace godwit::user {
namespace {
// Every session but `kept` ends.
Result<void> end_others(Tables& tables, Outgoing& outgoing, const UserKey& user, const SessionId& kept) {
  TRY(const auto sessions, tables.sessions.of_user(user));
  for (const auto& session : sessions) {
    if (session.id == kept) continue;
    CHECK_OK(tables.sessions.remove(session.id));
    outgoing.changed(changes::session_ended(session.id));
  }
  return {};
}
}  // namespace

Task<Result<User>> change_password(Context& context, Identity who, PasswordChange change) {
  const auto find = [&](Tables& tables) -> Result<Account> {
    TRY(auto account, tables.accounts.find(who.user));
    if (!account) return fail(Code::not_found, "no such user");
    return std::move(*account);
  };
  CO_TRY(auto attempt, context.throttle.from_session(who.session.str()));
  CO_TRY(const auto account, co_await context.store.read(find));
  CO_TRY(const auto match, co_await match_password(context, account.password_hash, std::move(change.before),
                                                  attempt.lane()));
  if (!match.right) {
    attempt.failed();
    co_return fail(Code::wrong_password);
  }
  CO_TRY(const auto hash, co_await hash_password(context, std::move(change.after)));
  CO_CHECK(co_await commit(context, [&](Tables& tables, Outgoing& outgoing) -> Result<void> {
    CHECK_OK(hold(tables, {who.user}));
    TRY(const auto now, find(tables));
    if (now.password_hash != account.password_hash) return fail(Code::wrong_password);  // somebody was faster
    CHECK_OK(tables.accounts.set_password(who.user, hash));
    return end_others(tables, outgoing, who.user, who.session);
  }));
  co_return account.user;
}

}  // namespace godwit::user

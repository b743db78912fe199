#include "user/accounts.hpp"
#include "user/passwords.hpp"

namespace godwit::user {
namespace {
// Every session but `kept` ends; answers which.
Result<std::vector<SessionId>> end_others(Tables& tables, const UserKey& user, const SessionId& kept) {
  std::vector<SessionId> ended;
  TRY(const auto sessions, tables.sessions.of_user(user));
  for (const auto& session : sessions) {
    if (session.id == kept) continue;
    CHECK_OK(tables.sessions.remove(session.id));
    ended.push_back(session.id);
  }
  return ended;
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
  CO_TRY(const auto ended, co_await context.store.write([&](Tables& tables) -> Result<std::vector<SessionId>> {
    TRY(const auto now, find(tables));
    if (now.password_hash != account.password_hash) return fail(Code::wrong_password);  // somebody was faster
    CHECK_OK(tables.accounts.set_password(who.user, hash));
    return end_others(tables, who.user, who.session);
  }));
  sessions_ended(context, ended);
  co_return account.user;
}

}  // namespace godwit::user

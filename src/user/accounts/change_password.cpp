#include "user/accounts/accounts.hpp"
#include "user/accounts/login_throttle.hpp"
#include "user/accounts/passwords.hpp"
#include "user/store/account_store.hpp"
#include "user/store/session_store.hpp"

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

Result<Account> existing_account(Tables& tables, const UserKey& user) {
  TRY(auto account, tables.accounts.find(user));
  if (!account) return fail(Code::not_found, "no such user");
  return std::move(*account);
}

/// wrong_password: as it was tried.
Task<Result<Account>> look_at_old(Context& context, UserKey user, std::string password, const std::string& lane) {
  CO_TRY(auto account, co_await context.store.read([&](Tables& tables) { return existing_account(tables, user); }));
  CO_TRY(const auto match, co_await match_password(context, account.password_hash, std::move(password), lane));
  if (!match.right) co_return fail(Code::wrong_password);
  co_return account;
}
}  // namespace

Task<Result<User>> change_password(Context& context, Identity who, PasswordChange change) {
  CO_TRY(const auto attempt, co_await context.throttle.from_session(who.session.str()));
  const auto proven = co_await look_at_old(context, who.user, std::move(change.before), attempt.lane());
  if (proven || proven.error().code != Code::wrong_password) co_await context.throttle.take_back(attempt);
  if (!proven) co_return std::unexpected(proven.error());
  const auto& account = *proven;
  CO_TRY(const auto hash, co_await hash_password(context, std::move(change.after)));
  CO_CHECK(co_await commit(context, [&](Tables& tables, Outgoing& outgoing) -> Result<void> {
    CHECK_OK(hold(tables, {who.user}));
    TRY(const auto now, existing_account(tables, who.user));
    if (now.password_hash != account.password_hash) return fail(Code::wrong_password);  // somebody was faster
    CHECK_OK(tables.accounts.set_password(who.user, hash));
    return end_others(tables, outgoing, who.user, who.session);
  }));
  co_return account.user;
}

}  // namespace godwit::user

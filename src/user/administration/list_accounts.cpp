#include <algorithm>

#include "user/administration/administration.hpp"
#include "user/store/account_store.hpp"
#include "user/store/admin_store.hpp"
#include "user/store/session_store.hpp"

namespace godwit::user {
namespace {
Result<AccountView> view_of(Context& context, Tables& tables, User user) {
  TRY(auto sessions, tables.sessions.of_user(user.key));
  const auto now = context.clock.now();
  std::erase_if(sessions, [&](const Session& session) { return session.expires_at <= now; });
  for (auto& session : sessions) session.last_seen_at = context.seen.last(session.id, session.last_seen_at);
  return AccountView{.user = std::move(user), .sessions = std::move(sessions)};
}

Task<Result<void>> look_who_is_online(Context& context, std::span<AccountView> views) {
  std::vector<UserKey> keys;
  for (const auto& view : views) keys.push_back(view.user.key);
  CO_TRY(const auto online, co_await who_is_online(context, std::move(keys)));
  for (std::size_t i = 0; i < views.size(); ++i) views[i].online = online[i];
  co_return Result<void>();
}
}  // namespace

Task<Result<std::vector<AccountView>>> list_accounts(Context& context, std::string prefix, UserKey after,
                                                     std::size_t limit) {
  auto found = co_await context.store.read([&](Tables& tables) -> Result<std::vector<AccountView>> {
    std::vector<AccountView> views;
    TRY(auto users, tables.admins.accounts(prefix, after, limit));
    for (auto& user : users) {
      TRY(auto view, view_of(context, tables, std::move(user)));
      views.push_back(std::move(view));
    }
    return views;
  });
  if (found) CO_CHECK(co_await look_who_is_online(context, *found));
  co_return found;
}

Task<Result<AccountDetails>> show_account(Context& context, UserKey user) {
  auto found = co_await context.store.read([&](Tables& tables) -> Result<AccountDetails> {
    TRY(auto account, tables.accounts.find(user));
    if (!account) return fail(Code::not_found, "no such user");
    TRY(auto view, view_of(context, tables, std::move(account->user)));
    TRY(const auto ties, tables.admins.ties(user));
    return AccountDetails{.view = std::move(view), .ties = ties};
  });
  if (found) CO_CHECK(co_await look_who_is_online(context, std::span(&found->view, 1)));
  co_return found;
}

}  // namespace godwit::user

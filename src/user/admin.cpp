#include "user/admin.hpp"

#include "domain/text.hpp"

namespace godwit::user {
namespace {
Result<std::vector<SessionId>> end_all(Tables& tables, const UserKey& user) {
  std::vector<SessionId> ended;
  TRY(const auto sessions, tables.sessions.of_user(user));
  for (const auto& session : sessions) {
    CHECK_OK(tables.sessions.remove(session.id));
    ended.push_back(session.id);
  }
  return ended;
}
}  // namespace

Task<Result<std::vector<User>>> Admin::list_users(UserKey after, std::size_t limit) {
  co_return co_await store_.read([&](Tables& tables) { return tables.accounts.list(after, limit); });
}

Task<Result<User>> Admin::set_disabled(UserKey user, bool disabled) {
  std::vector<SessionId> ended;
  auto changed = co_await store_.write([&](Tables& tables) -> Result<User> {
    TRY(auto account, tables.accounts.find(user));
    if (!account) return fail(Code::not_found, "no such user");
    CHECK_OK(tables.accounts.set_disabled(user, disabled));
    if (disabled) {
      TRY(ended, end_all(tables, user));
    }
    account->user.disabled = disabled;
    return std::move(account->user);
  });
  if (changed && ended_) ended_(ended);
  co_return changed;
}

Task<Result<MadeServiceKey>> Admin::create_service_key(std::string name) {
  CO_CHECK(check(kName, name));
  auto made = make_service_key(std::move(name), random_, clock_.now());
  CO_CHECK(co_await store_.write([&](Tables& tables) { return tables.service_keys.add(made.stored); }));
  co_return made;
}

Task<Result<std::vector<ServiceKey>>> Admin::list_service_keys(std::string after, std::size_t limit) {
  co_return co_await store_.read([&](Tables& tables) { return tables.service_keys.list(after, limit); });
}

Task<Result<void>> Admin::remove_service_key(std::string id) {
  co_return co_await store_.write([&](Tables& tables) -> Result<void> {
    TRY(const bool removed, tables.service_keys.remove(id));
    if (!removed) return fail(Code::not_found, "no such service key");
    return {};
  });
}

}  // namespace godwit::user

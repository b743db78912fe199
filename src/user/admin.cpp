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

Result<User> existing_user(Tables& tables, const UserKey& user) {
  TRY(auto account, tables.accounts.find(user));
  if (!account) return fail(Code::not_found, "no such user");
  return std::move(account->user);
}
}  // namespace

Result<void> Admin::record(Tables& tables, Deed deed) const {
  return user::record(tables, actor_, std::move(deed), clock_.now());
}

Task<Result<std::vector<User>>> Admin::list_users(UserKey after, std::size_t limit) {
  co_return co_await store_.read([&](Tables& tables) { return tables.accounts.list(after, limit); });
}

Task<Result<User>> Admin::set_disabled(UserKey user, bool disabled) {
  std::vector<SessionId> ended;
  auto changed = co_await store_.write([&](Tables& tables) -> Result<User> {
    CHECK_OK(record(tables, {.action = disabled ? "disable_user" : "enable_user", .target = user.str()}));
    TRY(auto found, existing_user(tables, user));
    if (disabled && actor_.is(user)) return fail(Code::forbidden, "an admin cannot disable themselves");
    CHECK_OK(tables.accounts.set_disabled(user, disabled));
    if (disabled) {
      TRY(ended, end_all(tables, user));
    }
    found.disabled = disabled;
    return found;
  });
  if (changed) tell(ended);
  co_return changed;
}

Task<Result<User>> Admin::set_admin(UserKey user, bool admin) {
  co_return co_await store_.write([&](Tables& tables) -> Result<User> {
    CHECK_OK(record(tables, {.action = admin ? "grant_admin" : "revoke_admin", .target = user.str()}));
    TRY(auto found, existing_user(tables, user));
    CHECK_OK(tables.admins.set_admin(user, admin));
    found.admin = admin;
    return found;
  });
}

Task<Result<void>> Admin::end_session(UserKey user, SessionId session) {
  auto done = co_await store_.write([&](Tables& tables) -> Result<void> {
    CHECK_OK(record(tables, {.action = "end_session", .target = user.str(), .detail = session.str()}));
    TRY(const auto found, tables.sessions.find(session));
    if (!found || found->user != user) return fail(Code::not_found, "no such session");
    CHECK_OK(tables.sessions.remove(session));
    return {};
  });
  if (done) tell({session});
  co_return done;
}

Task<Result<void>> Admin::end_sessions(UserKey user) {
  std::vector<SessionId> ended;
  auto done = co_await store_.write([&](Tables& tables) -> Result<void> {
    CHECK_OK(record(tables, {.action = "end_sessions", .target = user.str()}));
    CHECK_OK(existing_user(tables, user));
    TRY(ended, end_all(tables, user));
    return {};
  });
  if (done) tell(ended);
  co_return done;
}

Task<Result<MadeServiceKey>> Admin::create_service_key(std::string name) {
  CO_CHECK(check(kName, name));
  auto made = make_service_key(std::move(name), random_, clock_.now());
  CO_CHECK(co_await store_.write([&](Tables& tables) -> Result<void> {
    CHECK_OK(record(tables, {.action = "make_key", .target = made.stored.name, .detail = made.stored.id}));
    return tables.service_keys.add(made.stored);
  }));
  co_return made;
}

Task<Result<std::vector<ServiceKey>>> Admin::list_service_keys(std::string after, std::size_t limit) {
  co_return co_await store_.read([&](Tables& tables) { return tables.service_keys.list(after, limit); });
}

Task<Result<void>> Admin::remove_service_key(std::string id) {
  co_return co_await store_.write([&](Tables& tables) -> Result<void> {
    TRY(const auto key, tables.service_keys.find(id));
    if (!key) return fail(Code::not_found, "no such service key");
    CHECK_OK(record(tables, {.action = "remove_key", .target = key->name, .detail = id}));
    CHECK_OK(tables.service_keys.remove(id));
    return {};
  });
}

Task<Result<void>> Admin::record_deed(Deed deed) {
  co_return co_await store_.write([&](Tables& tables) { return record(tables, deed); });
}

}  // namespace godwit::user

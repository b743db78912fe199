#include "user/administration/admin.hpp"

#include "user/accounts/accounts.hpp"
#include "user/store/account_store.hpp"
#include "user/store/admin_store.hpp"
#include "user/store/session_store.hpp"

namespace godwit::user {
namespace {
constexpr std::size_t kPasswordLength = 20;  // 100 random bits

Result<void> end_all(Tables& tables, Outgoing& outgoing, const UserKey& user) {
  TRY(const auto sessions, tables.sessions.of_user(user));
  for (const auto& session : sessions) {
    CHECK_OK(tables.sessions.remove(session.id));
    outgoing.changed(changes::session_ended(session.id));
  }
  return {};
}

Result<User> existing_user(Tables& tables, const UserKey& user) {
  TRY(auto account, tables.accounts.find(user));
  if (!account) return fail(Code::not_found, "no such user");
  return std::move(account->user);
}
}  // namespace

template <class F, class R>
Task<R> Admin::commit(F work) {
  Outgoing outgoing(random_, nullptr, publisher_ == nullptr || publisher_->wants_written());
  auto done = co_await write_owing(store_, outgoing, std::move(work));
  const bool maybe = done || done.error().code == Code::unavailable;
  if (auto changes = outgoing.take_changes(); publisher_ != nullptr && maybe && !changes.empty())
    co_await publisher_->publish(std::move(changes), done ? outgoing.ordinal() : 0);
  co_return done;
}

Result<void> Admin::record(Tables& tables, Deed deed) const {
  return user::record(tables, actor_, std::move(deed), clock_.now());
}

Task<Result<std::vector<User>>> Admin::list_users(UserKey after, std::size_t limit) {
  co_return co_await store_.read([&](Tables& tables) { return tables.accounts.list(after, limit); });
}

Task<Result<bool>> Admin::set_disabled(UserKey user, bool disabled) {
  co_return co_await commit([&](Tables& tables, Outgoing& outgoing) -> Result<bool> {
    CHECK_OK(hold(tables, {actor_.key(), user}));
    CHECK_OK(record(tables, {.action = disabled ? "disable_user" : "enable_user", .target = user.str()}));
    TRY(const auto found, existing_user(tables, user));
    if (disabled && actor_.is(user)) return fail(Code::forbidden, "an admin cannot disable themselves");
    CHECK_OK(tables.accounts.set_disabled(user, disabled));
    if (disabled) CHECK_OK(end_all(tables, outgoing, user));
    return found.disabled != disabled;
  });
}

Task<Result<bool>> Admin::set_admin(UserKey user, bool admin) {
  co_return co_await store_.write([&](Tables& tables) -> Result<bool> {
    CHECK_OK(hold(tables, {actor_.key(), user}));
    CHECK_OK(record(tables, {.action = admin ? "grant_admin" : "revoke_admin", .target = user.str()}));
    TRY(const auto found, existing_user(tables, user));
    CHECK_OK(tables.admins.set_admin(user, admin));
    return found.admin != admin;
  });
}

Task<Result<AddedUser>> Admin::add_user(UserKey key, std::string name) {
  AddedUser added{.user = {.key = key, .name = name.empty() ? key.str() : std::move(name), .created_at = clock_.now()},
                  .password = random_.id(kPasswordLength)};
  CO_TRY(auto hash, co_await hasher_.hash(added.password));
  CO_CHECK(co_await store_.write([&](Tables& tables) -> Result<void> {
    CHECK_OK(hold(tables, {actor_.key(), key}));
    CHECK_OK(record(tables, {.action = "add_user", .target = key.str()}));
    CHECK_OK(check_free(tables, key));
    TRY(const bool fresh, tables.accounts.add({.user = added.user, .password_hash = hash}));
    if (!fresh) return fail(Code::key_taken, "there is an account with this key");
    return {};
  }));
  co_return added;
}

Task<Result<std::string>> Admin::reset_password(UserKey user) {
  auto password = random_.id(kPasswordLength);
  CO_TRY(auto hash, co_await hasher_.hash(password));
  CO_CHECK(co_await commit([&](Tables& tables, Outgoing& outgoing) -> Result<void> {
    CHECK_OK(hold(tables, {actor_.key(), user}));
    CHECK_OK(record(tables, {.action = "reset_password", .target = user.str()}));
    TRY(const auto found, existing_user(tables, user));
    if (actor_.is(user)) return fail(Code::forbidden, "change your own password in your settings");
    if (found.admin && !actor_.is_command_line())
      return fail(Code::forbidden, "the password of an admin is reset by `godwit admin users password`");
    CHECK_OK(tables.accounts.set_password(user, hash));
    return end_all(tables, outgoing, user);
  }));
  co_return password;
}

Task<Result<void>> Admin::end_session(UserKey user, SessionId session) {
  co_return co_await commit([&](Tables& tables, Outgoing& outgoing) -> Result<void> {
    CHECK_OK(hold(tables, {actor_.key()}));
    CHECK_OK(record(tables, {.action = "end_session", .target = user.str(), .detail = session.str()}));
    TRY(const auto found, tables.sessions.find(session));
    if (!found || found->user != user) return fail(Code::not_found, "no such session");
    CHECK_OK(tables.sessions.remove(session));
    outgoing.changed(changes::session_ended(session));
    return {};
  });
}

Task<Result<void>> Admin::end_sessions(UserKey user) {
  co_return co_await commit([&](Tables& tables, Outgoing& outgoing) -> Result<void> {
    CHECK_OK(hold(tables, {actor_.key(), user}));
    CHECK_OK(record(tables, {.action = "end_sessions", .target = user.str()}));
    CHECK_OK(existing_user(tables, user));
    return end_all(tables, outgoing, user);
  });
}

Task<Result<void>> Admin::record_deed(Deed deed) {
  co_return co_await store_.write([&](Tables& tables) -> Result<void> {
    CHECK_OK(hold(tables, {actor_.key()}));
    return record(tables, deed);
  });
}

}  // namespace godwit::user

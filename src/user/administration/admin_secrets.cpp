#include "domain/names.hpp"
#include "user/accounts/shown_once.hpp"
#include "user/administration/admin.hpp"
#include "user/store/account_store.hpp"
#include "user/store/invite_store.hpp"
#include "user/store/service_key_store.hpp"

namespace godwit::user {
namespace {
/// What a business system pushes as must be nobody else's name.
Result<void> check_name_is_free(Tables& tables, const std::string& name) {
  TRY(const auto keys, tables.service_keys.named(name));
  if (!keys.empty()) return fail(Code::key_taken, "there is a service key of this name; revoke it first");
  TRY(const auto account, tables.accounts.find(UserKey(lower(name))));
  if (account) return fail(Code::key_taken, "this name is the key of an account");
  return {};
}

Millis end_of(Millis now, Millis lives_ms) { return lives_ms == 0 ? 0 : now + lives_ms; }
}  // namespace

Task<Result<MadeServiceKey>> Admin::create_service_key(NewServiceKey wanted) {
  CO_CHECK(check(wanted));
  CO_TRY(wanted.name, clean_name(kName, wanted.name));
  auto secret = make_shown_once(kServiceKeyPrefix, random_);
  const auto now = clock_.now();
  MadeServiceKey made{.text = std::move(secret.text),
                      .stored = {.id = std::move(secret.id),
                                 .name = std::move(wanted.name),
                                 .hash = std::move(secret.hash),
                                 .created_at = now,
                                 .scopes = std::move(wanted.scopes),
                                 .expires_at = end_of(now, wanted.lives_ms)}};
  CO_CHECK(co_await store_.write([&](Tables& tables) -> Result<void> {
    CHECK_OK(hold(tables, {actor_.key(), UserKey(lower(made.stored.name))}));  // no account may take the name meanwhile
    CHECK_OK(record(tables, {.action = "make_key", .target = made.stored.name, .detail = made.stored.id}));
    CHECK_OK(check_name_is_free(tables, made.stored.name));
    return tables.service_keys.add(made.stored);
  }));
  co_return made;
}

Task<Result<std::vector<ServiceKey>>> Admin::list_service_keys(std::string after, std::size_t limit) {
  co_return co_await store_.read([&](Tables& tables) { return tables.service_keys.list(after, limit); });
}

Task<Result<void>> Admin::revoke_service_key(std::string id) {
  co_return co_await store_.write([&](Tables& tables) -> Result<void> {
    CHECK_OK(hold(tables, {actor_.key()}));
    TRY(const auto key, tables.service_keys.find(id));
    if (!key) return fail(Code::not_found, "no such service key");
    CHECK_OK(record(tables, {.action = "remove_key", .target = key->name, .detail = id}));
    CHECK_OK(tables.service_keys.remove(id));
    return {};
  });
}

Task<Result<void>> Admin::revoke_service_keys_named(std::string name) {
  co_return co_await store_.write([&](Tables& tables) -> Result<void> {
    CHECK_OK(hold(tables, {actor_.key()}));
    TRY(const auto keys, tables.service_keys.named(name));
    if (keys.empty()) return fail(Code::not_found, "no such service key");
    for (const auto& key : keys) {
      CHECK_OK(record(tables, {.action = "remove_key", .target = key.name, .detail = key.id}));
      CHECK_OK(tables.service_keys.remove(key.id));
    }
    return {};
  });
}

Task<Result<MadeInvite>> Admin::make_invite(NewInvite wanted) {
  if (wanted.lives_ms < 0 || wanted.lives_ms > kLongestLife)
    co_return invalid_field("expiresIn", "must be between 1 second and 10 years");
  auto secret = make_shown_once(kInvitePrefix, random_);
  const auto now = clock_.now();
  MadeInvite made{.text = std::move(secret.text),
                  .stored = {.id = std::move(secret.id),
                             .hash = std::move(secret.hash),
                             .uses = wanted.uses,
                             .created_at = now,
                             .expires_at = end_of(now, wanted.lives_ms)}};
  CO_CHECK(co_await store_.write([&](Tables& tables) -> Result<void> {
    CHECK_OK(hold(tables, {actor_.key()}));
    CHECK_OK(record(tables, {.action = "make_invite", .target = made.stored.id}));
    return tables.invites.add(made.stored);
  }));
  co_return made;
}

Task<Result<std::vector<Invite>>> Admin::list_invites(std::string after, std::size_t limit) {
  co_return co_await store_.read([&](Tables& tables) { return tables.invites.list(after, limit); });
}

Task<Result<void>> Admin::revoke_invite(std::string id) {
  co_return co_await store_.write([&](Tables& tables) -> Result<void> {
    CHECK_OK(hold(tables, {actor_.key()}));
    CHECK_OK(record(tables, {.action = "remove_invite", .target = id}));
    TRY(const bool removed, tables.invites.remove(id));
    if (!removed) return fail(Code::not_found, "no such invite");
    return {};
  });
}

}  // namespace godwit::user

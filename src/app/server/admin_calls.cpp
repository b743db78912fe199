#include "app/server/admin_calls.hpp"

#include "domain/text.hpp"
#include "user/accounts/shown_once.hpp"
#include "user/administration/secret_shapes.hpp"
#include "wire/name_fields.hpp"
#include "wire/page.hpp"
#include "wire/reply.hpp"

namespace godwit::app {
namespace {

using gateway::Answer;
using gateway::Call;

/// The greatest text below every key that begins with `prefix` ('~' is above all that keys are made of).
UserKey below(std::string prefix) {
  if (prefix.empty()) return {};
  --prefix.back();
  return UserKey(prefix + "~");
}

Task<Answer> list_users(user::Admin admin, Call& call) {
  CO_TRY(const auto page, wire::page_query(call.query));
  CO_TRY(const auto query, wire::text_query(call.query, "q"));
  const auto prefix = lower(query.value_or(""));
  CO_TRY(auto users, co_await admin.list_users(page.cursor.empty() ? below(prefix) : UserKey(page.cursor), page.limit));
  const bool full = users.size() == page.limit;
  std::erase_if(users, [&](const User& user) { return !user.key.str().starts_with(prefix); });
  const bool more = full && users.size() == page.limit;
  co_return wire::reply_page(users, more ? users.back().key.str() : "", [](wire::JsonWriter& json, const User& user) {
    json.begin_object()
        .field("key", user.key.str())
        .field("name", user.name)
        .field("admin", user.admin)
        .field("disabled", user.disabled)
        .field("createdAt", user.created_at)
        .end_object();
  });
}

net::Reply one_field(int status, std::string_view name, std::string_view value) {
  return wire::reply(status, wire::JsonWriter().begin_object().field(name, value).end_object().take());
}

net::Reply whether(bool changed) {
  return wire::reply(200, wire::JsonWriter().begin_object().field("changed", changed).end_object().take());
}

/// How long something is to live, in milliseconds; 0: for ever.
Millis lifetime(wire::Fields& fields) {
  const auto seconds = fields.maybe_integer("expiresIn");
  if (seconds && (*seconds < 1 || *seconds > user::kLongestLife / 1000))
    fields.reject("expiresIn", "must be between 1 second and 10 years");
  return seconds.value_or(0) * 1000;
}

UserKey user_in(const Call& call) { return UserKey(lower(call.params.at(0))); }

Task<Answer> set_disabled(user::Admin admin, Call& call, bool disabled) {
  CO_TRY(const bool changed, co_await admin.set_disabled(user_in(call), disabled));
  co_return whether(changed);
}

Task<Answer> set_admin(user::Admin admin, Call& call, bool granted) {
  CO_TRY(const bool changed, co_await admin.set_admin(user_in(call), granted));
  co_return whether(changed);
}

Task<Answer> add_user(user::Admin admin, Call& call) {
  CO_TRY(auto fields, wire::Fields::parse(call.body));
  const auto key = user::key_of("key", fields.text("key"));
  const auto name = wire::maybe_name_in(fields, kName, fields.maybe_text("name"));
  if (!key) fields.require(std::unexpected(key.error()));
  CO_CHECK(fields.verdict());
  CO_TRY(const auto added, co_await admin.add_user(*key, name.value_or("")));
  co_return one_field(201, "password", added.password);
}

Task<Answer> reset_password(user::Admin admin, Call& call) {
  CO_TRY(const auto password, co_await admin.reset_password(user_in(call)));
  co_return one_field(200, "password", password);
}

Task<Answer> make_key(user::Admin admin, Call& call) {
  CO_TRY(auto fields, wire::Fields::parse(call.body));
  user::NewServiceKey wanted{.name = wire::name_in(fields, kName, fields.text("name")), .lives_ms = lifetime(fields)};
  if (fields.has("scopes")) wanted.scopes = fields.texts("scopes", true);
  if (fields.verdict()) fields.require(user::check(wanted));
  CO_CHECK(fields.verdict());
  CO_TRY(const auto key, co_await admin.create_service_key(std::move(wanted)));
  co_return one_field(201, "key", key.text);
}

Task<Answer> list_keys(user::Admin admin, Call& call) {
  CO_TRY(const auto page, wire::page_query(call.query));
  CO_TRY(const auto keys, co_await admin.list_service_keys(page.cursor, page.limit));
  co_return wire::reply_page(keys, keys.size() == page.limit ? keys.back().id : "",
                             [](wire::JsonWriter& json, const user::ServiceKey& key) { write(json, key); });
}

Task<Answer> revoke_key(user::Admin admin, Call& call) {
  CO_CHECK(co_await admin.revoke_service_keys_named(call.params.at(0)));
  co_return wire::no_content();
}

Task<Answer> make_invite(user::Admin admin, Call& call) {
  CO_TRY(auto fields, wire::Fields::parse(call.body));
  const auto uses = fields.maybe_integer("uses").value_or(1);
  if (uses < 0) fields.reject("uses", "must be 0 (any number) or more");
  const user::NewInvite wanted{.uses = static_cast<std::uint64_t>(uses), .lives_ms = lifetime(fields)};
  CO_CHECK(fields.verdict());
  CO_TRY(const auto made, co_await admin.make_invite(wanted));
  co_return one_field(201, "invite", made.text);
}

Task<Answer> list_invites(user::Admin admin, Call& call) {
  CO_TRY(const auto page, wire::page_query(call.query));
  CO_TRY(const auto invites, co_await admin.list_invites(page.cursor, page.limit));
  co_return wire::reply_page(invites, invites.size() == page.limit ? invites.back().id : "",
                             [](wire::JsonWriter& json, const user::Invite& invite) { write(json, invite); });
}

Task<Answer> revoke_invite(user::Admin admin, Call& call) {
  CO_CHECK(co_await admin.revoke_invite(call.params.at(0)));
  co_return wire::no_content();
}

Task<Answer> back_up(AdminCalls& calls, Call& call) {
  CO_TRY(auto fields, wire::Fields::parse(call.body));
  const auto directory = fields.text("directory");
  if (!directory.starts_with('/')) fields.reject("directory", "must be an absolute path on the server");
  CO_CHECK(fields.verdict());
  CO_CHECK(co_await calls.users.admin().record_deed({.action = "backup", .detail = directory}));
  CO_CHECK(co_await calls.backups.run([&]() -> Result<void> { return calls.engines.backup(directory, calls.ending); }));
  co_return wire::reply(200, "{}");
}

using Calls = gateway::CallTable<AdminCalls>;

/// A handler that is about people, as the table wants it.
template <Task<Answer> (*answer)(user::Admin, Call&)>
Task<Answer> with_admin(AdminCalls& calls, Call& call) {
  return answer(calls.users.admin(), call);
}
template <Task<Answer> (*answer)(user::Admin, Call&, bool), bool to>
Task<Answer> set(AdminCalls& calls, Call& call) {
  return answer(calls.users.admin(), call, to);
}

constexpr auto kRoutes = [] {
  using enum gateway::Access;
  using enum gateway::Body;
  return std::to_array<gateway::RouteSpec>({
      {"GET", "/admin/users", open},
      {"POST", "/admin/users", open, required},
      {"POST", "/admin/users/{key}/password", open},
      {"POST", "/admin/users/{key}/disable", open},
      {"POST", "/admin/users/{key}/enable", open},
      {"POST", "/admin/users/{key}/grant-admin", open},
      {"POST", "/admin/users/{key}/revoke-admin", open},
      {"GET", "/admin/keys", open},
      {"POST", "/admin/keys", open, required},
      {"DELETE", "/admin/keys/{name}", open},
      {"GET", "/admin/invites", open},
      {"POST", "/admin/invites", open, required},
      {"DELETE", "/admin/invites/{id}", open},
      {"POST", "/admin/backup", open, required},
  });
}();

constexpr auto kBindings = std::to_array<Calls::Binding>({
    {"GET", "/admin/users", with_admin<list_users>},
    {"POST", "/admin/users", with_admin<add_user>},
    {"POST", "/admin/users/{key}/password", with_admin<reset_password>},
    {"POST", "/admin/users/{key}/disable", set<set_disabled, true>},
    {"POST", "/admin/users/{key}/enable", set<set_disabled, false>},
    {"POST", "/admin/users/{key}/grant-admin", set<set_admin, true>},
    {"POST", "/admin/users/{key}/revoke-admin", set<set_admin, false>},
    {"GET", "/admin/keys", with_admin<list_keys>},
    {"POST", "/admin/keys", with_admin<make_key>},
    {"DELETE", "/admin/keys/{name}", with_admin<revoke_key>},
    {"GET", "/admin/invites", with_admin<list_invites>},
    {"POST", "/admin/invites", with_admin<make_invite>},
    {"DELETE", "/admin/invites/{id}", with_admin<revoke_invite>},
    {"POST", "/admin/backup", back_up},
});

}  // namespace

gateway::CallTable<AdminCalls> table_of(AdminCalls& calls) { return {calls, kRoutes, kBindings}; }

}  // namespace godwit::app

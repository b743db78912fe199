#include "app/server/admin_calls.hpp"

#include "domain/text.hpp"
#include "user/secret_shapes.hpp"
#include "user/shown_once.hpp"
#include "wire/name_fields.hpp"
#include "wire/page.hpp"
#include "wire/reply.hpp"

namespace godwit::app {
namespace {

using gateway::Access;
using gateway::Answer;
using gateway::Body;
using gateway::Call;

/// The greatest text below every key that begins with `prefix` ('~' is above all that keys are made of).
UserKey below(std::string prefix) {
  if (prefix.empty()) return {};
  --prefix.back();
  return UserKey(prefix + "~");
}

Task<Answer> list_users(user::Admin admin, Call& call) {
  CO_TRY(const auto page, wire::page_query(call.http));
  CO_TRY(const auto query, wire::text_query(call.http, "q"));
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

net::Response one_field(int status, std::string_view name, std::string_view value) {
  return wire::reply(status, wire::JsonWriter().begin_object().field(name, value).end_object().take());
}

net::Response whether(bool changed) {
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
  CO_TRY(auto fields, wire::Fields::parse(call.http.body));
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
  CO_TRY(auto fields, wire::Fields::parse(call.http.body));
  user::NewServiceKey wanted{.name = wire::name_in(fields, kName, fields.text("name")), .lives_ms = lifetime(fields)};
  if (fields.has("scopes")) wanted.scopes = fields.texts("scopes", true);
  if (fields.verdict()) fields.require(user::check(wanted));
  CO_CHECK(fields.verdict());
  CO_TRY(const auto key, co_await admin.create_service_key(std::move(wanted)));
  co_return one_field(201, "key", key.text);
}

Task<Answer> list_keys(user::Admin admin, Call& call) {
  CO_TRY(const auto page, wire::page_query(call.http));
  CO_TRY(const auto keys, co_await admin.list_service_keys(page.cursor, page.limit));
  co_return wire::reply_page(keys, keys.size() == page.limit ? keys.back().id : "",
                             [](wire::JsonWriter& json, const user::ServiceKey& key) { write(json, key); });
}

Task<Answer> revoke_key(user::Admin admin, Call& call) {
  CO_CHECK(co_await admin.revoke_service_keys_named(call.params.at(0)));
  co_return wire::no_content();
}

Task<Answer> make_invite(user::Admin admin, Call& call) {
  CO_TRY(auto fields, wire::Fields::parse(call.http.body));
  const auto uses = fields.maybe_integer("uses").value_or(1);
  if (uses < 0) fields.reject("uses", "must be 0 (any number) or more");
  const user::NewInvite wanted{.uses = static_cast<std::uint64_t>(uses), .lives_ms = lifetime(fields)};
  CO_CHECK(fields.verdict());
  CO_TRY(const auto made, co_await admin.make_invite(wanted));
  co_return one_field(201, "invite", made.text);
}

Task<Answer> list_invites(user::Admin admin, Call& call) {
  CO_TRY(const auto page, wire::page_query(call.http));
  CO_TRY(const auto invites, co_await admin.list_invites(page.cursor, page.limit));
  co_return wire::reply_page(invites, invites.size() == page.limit ? invites.back().id : "",
                             [](wire::JsonWriter& json, const user::Invite& invite) { write(json, invite); });
}

Task<Answer> revoke_invite(user::Admin admin, Call& call) {
  CO_CHECK(co_await admin.revoke_invite(call.params.at(0)));
  co_return wire::no_content();
}

Task<Answer> back_up(Engines& engines, user::Admin admin, Pool& pool, const std::atomic<bool>& ending, Call& call) {
  CO_TRY(auto fields, wire::Fields::parse(call.http.body));
  const auto directory = fields.text("directory");
  if (!directory.starts_with('/')) fields.reject("directory", "must be an absolute path on the server");
  CO_CHECK(fields.verdict());
  CO_CHECK(co_await admin.record_deed({.action = "backup", .detail = directory}));
  CO_CHECK(co_await pool.run([&]() -> Result<void> { return engines.backup(directory, ending); }));
  co_return wire::reply(200, "{}");
}

gateway::Routes calls_about_people(user::UserRole& users) {
  const auto with = [&users](auto call_with) {
    return [&users, call_with](Call& call) { return call_with(users.admin(), call); };
  };
  const auto disabled = [&users](bool to) {
    return [&users, to](Call& call) { return set_disabled(users.admin(), call, to); };
  };
  const auto granted = [&users](bool to) {
    return [&users, to](Call& call) { return set_admin(users.admin(), call, to); };
  };
  return {
      {"GET", "/admin/users", Access::open, Body::none, with(list_users)},
      {"POST", "/admin/users", Access::open, Body::required, with(add_user)},
      {"POST", "/admin/users/{key}/password", Access::open, Body::none, with(reset_password)},
      {"POST", "/admin/users/{key}/disable", Access::open, Body::none, disabled(true)},
      {"POST", "/admin/users/{key}/enable", Access::open, Body::none, disabled(false)},
      {"POST", "/admin/users/{key}/grant-admin", Access::open, Body::none, granted(true)},
      {"POST", "/admin/users/{key}/revoke-admin", Access::open, Body::none, granted(false)},
      {"GET", "/admin/keys", Access::open, Body::none, with(list_keys)},
      {"POST", "/admin/keys", Access::open, Body::required, with(make_key)},
      {"DELETE", "/admin/keys/{name}", Access::open, Body::none, with(revoke_key)},
      {"GET", "/admin/invites", Access::open, Body::none, with(list_invites)},
      {"POST", "/admin/invites", Access::open, Body::required, with(make_invite)},
      {"DELETE", "/admin/invites/{id}", Access::open, Body::none, with(revoke_invite)},
  };
}

}  // namespace

gateway::Routes admin_calls(user::UserRole& users, Engines& engines, Pool& backups, const std::atomic<bool>& ending) {
  auto routes = calls_about_people(users);
  routes.push_back({"POST", "/admin/backup", Access::open, Body::required, [&](Call& call) {
                      return back_up(engines, users.admin(), backups, ending, call);
                    }});
  return routes;
}

}  // namespace godwit::app

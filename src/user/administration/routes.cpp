#include <algorithm>
#include <charconv>

#include "user/administration/administration.hpp"
#include "user/context/routes.hpp"

namespace godwit::user {
namespace {
using gateway::Answer;
using gateway::Call;

void write_fields(wire::JsonWriter& json, const AccountView& view) {
  json.field("key", view.user.key.str())
      .field("name", view.user.name)
      .field("admin", view.user.admin)
      .field("disabled", view.user.disabled)
      .field("createdAt", view.user.created_at)
      .key("lastSeenAt");
  if (view.sessions.empty())
    json.null();
  else
    json.integer(std::ranges::max(view.sessions, {}, &Session::last_seen_at).last_seen_at);
  json.field("online", view.online).field("sessions", static_cast<std::uint64_t>(view.sessions.size()));
}

void write_account(wire::JsonWriter& json, const AccountView& view) {
  json.begin_object();
  write_fields(json, view);
  json.end_object();
}

net::Reply answer_account(const AccountDetails& details, const SessionId& current) {
  const auto& [view, ties] = details;
  wire::JsonWriter json;
  json.begin_object();
  write_fields(json, view);
  json.field("bio", view.user.bio).field("avatar", view.user.avatar);
  json.field("friends", ties.friends).field("groups", ties.groups).key("sessionList").begin_array();
  for (const auto& session : view.sessions) write(json, session, session.id == current);
  json.end_array().end_object();
  return wire::reply(200, json.take());
}

Task<Answer> get_accounts(Context& context, Call& call) {
  CO_TRY(const auto words, wire::text_query(call.query, "q"));
  CO_TRY(const auto page, wire::page_query(call.query));
  CO_TRY(auto after, after_of("admin-users", page));
  CO_TRY(auto views, co_await list_accounts(context, words.value_or(""), UserKey(std::move(after)), page.limit + 1));
  const auto next = cut_page(views, page.limit, [](const AccountView& last) {
    return wire::make_cursor("admin-users", {last.user.key.str()});
  });
  co_return wire::reply_page(views, next, write_account);
}

Task<Answer> get_account(Context& context, Call& call) {
  CO_TRY(auto key, key_in_path(call.params[0]));
  CO_TRY(const auto details, co_await show_account(context, std::move(key)));
  co_return answer_account(details, call.who.session);
}

Task<Answer> set_disabled(Context& context, Call& call, bool disabled) {
  CO_TRY(auto key, key_in_path(call.params[0]));
  auto admin = administer(context, Actor::account(call.who.user));
  CO_CHECK(co_await admin.set_disabled(key, disabled));
  CO_TRY(const auto details, co_await show_account(context, key));
  wire::JsonWriter json;
  write_account(json, details.view);
  co_return wire::reply(200, json.take());
}
Task<Answer> disable_account(Context& context, Call& call) { return set_disabled(context, call, true); }
Task<Answer> enable_account(Context& context, Call& call) { return set_disabled(context, call, false); }

Task<Answer> delete_sessions(Context& context, Call& call) {
  CO_TRY(auto key, key_in_path(call.params[0]));
  CO_CHECK(co_await administer(context, Actor::account(call.who.user)).end_sessions(std::move(key)));
  co_return wire::no_content();
}

Task<Answer> delete_session(Context& context, Call& call) {
  CO_TRY(auto key, key_in_path(call.params[0]));
  auto admin = administer(context, Actor::account(call.who.user));
  CO_CHECK(co_await admin.end_session(std::move(key), SessionId(call.params[1])));
  co_return wire::no_content();
}

Task<Answer> get_audit(Context& context, Call& call) {
  CO_TRY(const auto page, wire::page_query(call.query));
  CO_TRY(const auto after, after_of("audit", page));
  std::int64_t before = 0;
  std::from_chars(after.data(), after.data() + after.size(), before);
  CO_TRY(auto entries, co_await list_audit(context, before, page.limit + 1));
  const auto next = cut_page(entries, page.limit, [](const AuditEntry& last) {
    return wire::make_cursor("audit", {std::to_string(last.ordinal)});
  });
  co_return wire::reply_page(entries, next, [](wire::JsonWriter& json, const AuditEntry& entry) {
    json.begin_object()
        .field("id", std::to_string(entry.ordinal))
        .field("time", entry.time)
        .field("admin", entry.admin)
        .field("action", entry.action)
        .field("target", entry.target)
        .field("detail", entry.detail)
        .end_object();
  });
}
}  // namespace

void add_admin_routes(Bindings& routes) {
  routes.insert(routes.end(), {
                                  {"GET", "/v1/admin/users", get_accounts},
                                  {"GET", "/v1/admin/users/{key}", get_account},
                                  {"POST", "/v1/admin/users/{key}/disable", disable_account},
                                  {"POST", "/v1/admin/users/{key}/enable", enable_account},
                                  {"DELETE", "/v1/admin/users/{key}/sessions", delete_sessions},
                                  {"DELETE", "/v1/admin/users/{key}/sessions/{id}", delete_session},
                                  {"GET", "/v1/admin/audit", get_audit},
                              });
}

}  // namespace godwit::user

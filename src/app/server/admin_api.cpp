#include "app/server/admin_api.hpp"

#include <sodium.h>

#include "app/server/admin_door.hpp"
#include "domain/text.hpp"
#include "user/admin.hpp"
#include "wire/page.hpp"
#include "wire/reply.hpp"

namespace godwit::app {
namespace {

using gateway::Access;
using gateway::Answer;
using gateway::Body;
using gateway::Call;

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

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

Task<Answer> set_disabled(user::Admin admin, Call& call, bool disabled) {
  CO_CHECK(co_await admin.set_disabled(UserKey(lower(call.params.at(0))), disabled));
  co_return wire::reply(200, "{}");
}

Task<Answer> set_admin(user::Admin admin, Call& call, bool granted) {
  CO_CHECK(co_await admin.set_admin(UserKey(lower(call.params.at(0))), granted));
  co_return wire::reply(200, "{}");
}

Task<Answer> make_key(user::Admin admin, Call& call) {
  CO_TRY(auto fields, wire::Fields::parse(call.http.body));
  const auto name = fields.text("name");
  fields.require(check(kName, name));
  CO_CHECK(fields.verdict());
  CO_TRY(const auto key, co_await admin.create_service_key(name));
  wire::JsonWriter json;
  json.begin_object().field("key", key.text).end_object();
  co_return wire::reply(201, json.take());
}

Task<Answer> list_keys(user::Admin admin) {
  CO_TRY(const auto keys, co_await admin.list_service_keys("", 1000));
  co_return wire::reply_page(keys, "", [](wire::JsonWriter& json, const auto& key) {
    json.begin_object().field("name", key.name).field("createdAt", key.created_at).end_object();
  });
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

}  // namespace

AdminApi::AdminApi(Engines& engines, Roles& roles, Surroundings with, Config::Admin settings,
                   const std::atomic<bool>& draining)
    : engines_(engines),
      roles_(roles),
      with_(with),
      settings_(std::move(settings)),
      draining_(draining),
      work_("backup", 1, 1) {
  open_.add(operations());
  guarded_.add(administration());
}

gateway::Routes AdminApi::operations() {
  return {
      {"GET", "/healthz", Access::open, Body::none,
       [](Call&) -> Task<Answer> { co_return wire::reply(200, R"({"status":"ok"})"); }},
      {"GET", "/readyz", Access::open, Body::none, [this](Call&) { return ready(); }},
      {"GET", "/metrics", Access::open, Body::none,
       [this](Call&) -> Task<Answer> {
         auto response = wire::reply(200, with_.metrics.text());
         response.content_type = "text/plain; version=0.0.4; charset=utf-8";
         co_return response;
       }},
  };
}

gateway::Routes AdminApi::administration() {
  return {
      {"GET", "/admin/users", Access::open, Body::none,
       [this](Call& call) { return list_users(roles_.user.admin(), call); }},
      {"POST", "/admin/users/{key}/disable", Access::open, Body::none,
       [this](Call& call) { return set_disabled(roles_.user.admin(), call, true); }},
      {"POST", "/admin/users/{key}/enable", Access::open, Body::none,
       [this](Call& call) { return set_disabled(roles_.user.admin(), call, false); }},
      {"POST", "/admin/users/{key}/grant-admin", Access::open, Body::none,
       [this](Call& call) { return set_admin(roles_.user.admin(), call, true); }},
      {"POST", "/admin/users/{key}/revoke-admin", Access::open, Body::none,
       [this](Call& call) { return set_admin(roles_.user.admin(), call, false); }},
      {"GET", "/admin/keys", Access::open, Body::none, [this](Call&) { return list_keys(roles_.user.admin()); }},
      {"POST", "/admin/keys", Access::open, Body::required,
       [this](Call& call) { return make_key(roles_.user.admin(), call); }},
      {"POST", "/admin/backup", Access::open, Body::required,
       [this](Call& call) { return back_up(engines_, roles_.user.admin(), work_, ending_, call); }},
  };
}

void AdminApi::stop() {
  ending_.store(true);
  work_.stop();
}

Task<net::Response> AdminApi::handle(net::Request& request) {
  Call call{.http = request};
  auto answered = co_await answer(call);
  if (answered) co_return std::move(*answered);
  auto response = wire::problem(answered.error(), with_.random.hex(32));
  if (answered.error().code == Code::method_not_allowed) response.headers.push_back({"allow", answered.error().detail});
  co_return response;
}

Task<Answer> AdminApi::answer(Call& call) {
  auto match = open_.find(call.http.method, call.http.path);
  const bool figures = match || match.error().code != Code::not_found;
  CO_CHECK(check_no_page(call.http, settings_.listen, figures ? Errand::figures : Errand::administration));
  if (!match) {
    if (match.error().code != Code::not_found) co_return std::unexpected(match.error());
    CO_TRY(match, guarded_.find(call.http.method, call.http.path));
    CO_CHECK(authorise(call.http));
  }
  if (call.http.body_too_large) co_return fail(Code::body_too_large);
  if (match->route->body == Body::required && !call.http.has_body)
    co_return fail(Code::malformed_json, "a JSON body is needed");
  call.params = std::move(match->params);
  co_return co_await match->route->handle(call);
}

Result<void> AdminApi::authorise(const net::Request& request) const {
  if (request.header("x-godwit-admin").empty()) return fail(Code::forbidden, "the header X-Godwit-Admin is needed");
  if (!settings_.key.empty() && !same_secret(request.header("authorization"), "Bearer " + settings_.key))
    return fail(Code::unauthenticated);
  return {};
}

Task<Answer> AdminApi::ready() {
  const auto accounts = co_await engines_.accounts->ready();
  const auto archive = engines_.archive->ready();
  const auto messages = engines_.messages->trouble();
  const bool draining = draining_.load(std::memory_order_relaxed);
  const bool good = accounts && archive && !messages && !draining;
  wire::JsonWriter json;
  json.begin_object().field("status", good ? "ready" : "not_ready").key("engines").begin_object();
  json.field("sqlite.accounts", accounts ? "ok" : accounts.error().detail);
  json.field("sqlite.archive", archive ? "ok" : archive.error().detail);
  json.field("rocksdb.messages", messages.value_or("ok"));
  json.end_object().end_object();
  co_return wire::reply(good ? 200 : 503, json.take());
}

net::Response AdminApi::refuse(const Error& error) const { return wire::problem(error, with_.random.hex(32)); }

}  // namespace godwit::app

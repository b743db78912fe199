#include "app/server/admin_api.hpp"

#include <sodium.h>

#include "app/server/admin_calls.hpp"
#include "app/server/admin_door.hpp"
#include "app/server/dead_letter_calls.hpp"
#include "app/server/vital_signs.hpp"
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

}  // namespace

AdminApi::AdminApi(Engines& engines, Roles& roles, Surroundings with, Config::Admin settings,
                   const std::atomic<bool>& draining)
    : engines_(engines),
      roles_(roles),
      with_(with),
      settings_(std::move(settings)),
      draining_(draining),
      started_(with.clock.now()),
      work_("backup", 1, 1) {
  open_.add(operations());
  guarded_.add(admin_calls(roles_.user, engines_, work_, ending_));
  guarded_.add(dead_letter_calls(roles_.user, engines_.messages->dead_letters()));
}

gateway::Routes AdminApi::operations() {
  return {
      {"GET", "/healthz", Access::open, Body::none,
       [](Call&) -> Task<Answer> { co_return wire::reply(200, R"({"status":"ok"})"); }},
      {"GET", "/readyz", Access::open, Body::none, [this](Call&) { return ready(); }},
      {"GET", "/metrics", Access::open, Body::none,
       [this](Call&) -> Task<Answer> {
         auto response = wire::reply(200, with_.metrics.text() + vital_signs(engines_.paths.root, started_));
         response.content_type = "text/plain; version=0.0.4; charset=utf-8";
         co_return response;
       }},
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

#include "app/server/admin_api.hpp"

#include <algorithm>

#include <sodium.h>

#include "app/server/admin_calls.hpp"
#include "app/server/admin_door.hpp"
#include "app/server/process_rows.hpp"
#include "app/server/vital_signs.hpp"
#include "wire/reply.hpp"

namespace godwit::app {
namespace {

using gateway::Answer;
using gateway::Call;

constexpr std::chrono::milliseconds kReadyWithin{3'000};  // longer than an engine takes to give up

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

AdminApi::AdminApi(const Ground& ground, Surroundings with, const Config& config)
    : readiness_(ground.readiness),
      house_(ground.house),
      with_(with),
      settings_(config.admin),
      data_(config.storage.data),
      draining_(ground.draining),
      started_(with.clock.now()),
      work_("backup", 1, 1) {
  open_.add(operations_);
  guarded_.add(process_calls_);
  auto* users = ground.roles.user.get();
  if (users == nullptr) return;
  administration_.emplace(AdminCalls{.users = *users, .engines = ground.engines, .backups = work_, .ending = ending_},
                          DeadLetterCalls{.users = *users, .letters = *ground.engines.ports().dead_letters});
  guarded_.add(administration_->admin_calls);
  guarded_.add(administration_->letter_calls);
}

AdminApi::Operations AdminApi::operations(AdminApi& api) {
  static constexpr auto kRoutes = std::to_array<gateway::RouteSpec>({
      {"GET", "/healthz", gateway::Access::open},
      {"GET", "/readyz", gateway::Access::open},
      {"GET", "/metrics", gateway::Access::open},
  });
  const auto bindings = std::to_array<Operations::Binding>({
      {"GET", "/healthz", [](AdminApi&, Call&) -> Task<Answer> { co_return wire::reply(200, R"({"status":"ok"})"); }},
      {"GET", "/readyz", [](AdminApi& self, Call&) { return self.ready(); }},
      {"GET", "/metrics", [](AdminApi& self, Call&) { return self.figures(); }},
  });
  return {api, kRoutes, bindings};
}

AdminApi::Operations AdminApi::process_calls(AdminApi& api) {
  static constexpr auto kRoutes =
      std::to_array<gateway::RouteSpec>({{"GET", "/admin/processes", gateway::Access::open}});
  const auto bindings = std::to_array<Operations::Binding>(
      {{"GET", "/admin/processes", [](AdminApi& self, Call&) { return self.processes(); }}});
  return {api, kRoutes, bindings};
}

Task<Answer> AdminApi::processes() {
  const auto view = co_await house_.ask({.parts = true});
  wire::JsonWriter json;
  json.begin_object().field("complete", view.complete).key("items").begin_array();
  for (const auto& process : view.processes) write_process(json, process);
  json.end_array().end_object();
  co_return wire::reply(200, json.take());
}

Task<Answer> AdminApi::figures() {
  auto reply = wire::reply(200, with_.metrics.text() + vital_signs(data_, started_));
  reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
  co_return reply;
}

void AdminApi::stop() {
  ending_.store(true);
  work_.stop();
}

Task<net::Response> AdminApi::handle(net::Request& request) {
  auto answered = co_await answer(request);
  if (answered) co_return net::Response::of(std::move(*answered));
  auto response = net::Response::of(wire::problem(answered.error(), with_.random.hex(32)));
  if (answered.error().code == Code::method_not_allowed) response.headers.push_back({"allow", answered.error().detail});
  co_return response;
}

Task<Answer> AdminApi::answer(net::Request& request) {
  auto match = open_.find(request.method, request.path);
  const bool figures = match || match.error().code != Code::not_found;
  CO_CHECK(check_no_page(request, settings_.listen, figures ? Errand::figures : Errand::administration));
  if (!match) {
    if (match.error().code != Code::not_found) co_return std::unexpected(match.error());
    CO_TRY(match, guarded_.find(request.method, request.path));
    CO_CHECK(authorise(request));
  }
  if (request.body_too_large) co_return fail(Code::body_too_large);
  const auto& route = *match->route;
  if (route.spec.body == gateway::Body::required && !request.has_body)
    co_return fail(Code::malformed_json, "a JSON body is needed");
  Call call{.params = std::move(match->params),
            .query = std::move(request.query),
            .body = std::move(request.body),
            .peer = std::move(request.peer)};
  co_return co_await route.role->call(route.place, call);
}

Result<void> AdminApi::authorise(const net::Request& request) const {
  if (request.header("x-godwit-admin").empty()) return fail(Code::forbidden, "the header X-Godwit-Admin is needed");
  if (!settings_.key.empty() && !same_secret(request.header("authorization"), "Bearer " + settings_.key))
    return fail(Code::unauthenticated);
  return {};
}

Task<Answer> AdminApi::ready() {
  const auto parts = co_await readiness_.parts(kReadyWithin);
  constexpr std::string_view kRole = "role.";
  wire::JsonWriter engines, roles, waits;
  engines.begin_object(), roles.begin_object(), waits.begin_array();
  bool good = !draining_.load(std::memory_order_relaxed);
  for (const auto& part : parts) {
    const auto state = part.trouble.empty() ? "ok" : part.trouble;
    if (part.name.starts_with(kRole))
      roles.field(part.name.substr(kRole.size()), state);
    else
      engines.field(part.name, state);
    if (!part.needed || part.trouble.empty()) continue;
    waits.string(part.name);
    good = false;
  }
  engines.end_object(), roles.end_object(), waits.end_array();
  wire::JsonWriter json;
  json.begin_object().field("status", good ? "ready" : "not_ready").key("engines").raw(engines.take());
  json.key("roles").raw(roles.take()).key("waitsFor").raw(waits.take()).end_object();
  co_return wire::reply(good ? 200 : 503, json.take());
}

net::Response AdminApi::refuse(const Error& error) const {
  return net::Response::of(wire::problem(error, with_.random.hex(32)));
}

}  // namespace godwit::app

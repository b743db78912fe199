#include "app/server/admin_api.hpp"

#include <algorithm>

#include <sodium.h>

#include "app/server/admin_calls.hpp"
#include "app/server/admin_door.hpp"
#include "app/server/vital_signs.hpp"
#include "wire/reply.hpp"

namespace godwit::app {
namespace {

using gateway::Answer;
using gateway::Call;

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

AdminApi::AdminApi(Engines& engines, Roles& roles, Surroundings with, const Config& config,
                   const std::atomic<bool>& draining)
    : engines_(engines),
      with_(with),
      settings_(config.admin),
      data_(config.storage.data),
      draining_(draining),
      started_(with.clock.now()),
      work_("backup", 1, 1) {
  open_.add(operations_);
  auto* users = roles.user.get();
  if (users == nullptr) return;
  administration_.emplace(AdminCalls{.users = *users, .engines = engines, .backups = work_, .ending = ending_},
                          DeadLetterCalls{.users = *users, .letters = *engines.ports().dead_letters});
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
  const auto states = co_await engines_.states();
  const bool draining = draining_.load(std::memory_order_relaxed);
  const bool good =
      !draining && std::ranges::none_of(states, [](const EngineState& one) { return one.trouble.has_value(); });
  wire::JsonWriter json;
  json.begin_object().field("status", good ? "ready" : "not_ready").key("engines").begin_object();
  for (const auto& one : states) json.field(one.name, one.trouble.value_or("ok"));
  json.end_object().end_object();
  co_return wire::reply(good ? 200 : 503, json.take());
}

net::Response AdminApi::refuse(const Error& error) const {
  return net::Response::of(wire::problem(error, with_.random.hex(32)));
}

}  // namespace godwit::app

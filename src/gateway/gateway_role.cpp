#include "gateway/gateway_role.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "base/executor.hpp"
#include "base/utf8.hpp"
#include "domain/text.hpp"
#include "gateway/problem_answer.hpp"
#include "wire/reply.hpp"

namespace godwit::gateway {
namespace {

constexpr std::size_t kTraceDigits = 32;
constexpr unsigned kEntriesOfOneCall = 200;  ///< that a list may give for the price of one call
constexpr unsigned kMostEntries = 1000;      ///< no list gives more
constexpr int kEntriesOfOneBatch = 20;       ///< that may come for the price of one call

constexpr auto kOwnRoutes = std::to_array<RouteSpec>({
    {"GET", "/healthz", Access::open, Body::none, Rate::none},
});
constexpr auto kOwnBindings = std::to_array<CallTable<GatewayRole>::Binding>({
    {"GET", "/healthz", [](GatewayRole&, Call&) -> Task<Answer> { co_return wire::reply(200, R"({"status":"ok"})"); }},
});
constexpr RouteSpec kSocketRoute{"GET", "/v1/socket", Access::open};
constexpr RouteSpec kOfferRoute{"POST", "/v1/sockets", Access::session, Body::required};

/// What a list costs by its `limit`; a bad one is refused where it is read.
double cost_of(const net::Request& request, Cost cost) {
  if (cost == Cost::batch) return static_cast<double>(1 + std::ranges::count(request.body, ',') / kEntriesOfOneBatch);
  if (!request.query.contains("limit=")) return 1;
  const auto text = net::query_value(request.query, "limit").value;
  unsigned limit = 0;
  std::from_chars(text.data(), text.data() + text.size(), limit);
  return 1 + (std::clamp(limit, 1U, kMostEntries) - 1) / kEntriesOfOneCall;
}

}  // namespace

GatewayRole::GatewayRole(std::size_t loops, Peers peers, Settings settings, const Clock& clock, Random& random,
                         Log& log, Metrics& metrics)
    : peers_(peers),
      ended_(peers.feed),
      settings_(std::move(settings)),
      clock_(clock),
      random_(random),
      log_(log),
      log_rate_(clock),
      own_(*this, kOwnRoutes, kOwnBindings),
      page_(settings_.page, settings_.node_origins),
      gate_(settings_.gate),
      user_calls_(clock, {settings_.requests_per_user, 2 * settings_.requests_per_user}),
      user_sends_(clock, {settings_.sends_per_user, 2 * settings_.sends_per_user}),
      user_connects_(clock, {settings_.connects_per_user, 30 * settings_.connects_per_user}),
      openings_(settings_.openings, settings_.openings_waiting),
      address_calls_(clock, {settings_.requests_per_address, 2 * settings_.requests_per_address}),
      requests_(metrics.counter("godwit_http_requests_total", "Requests that reached the gateway.")),
      failures_(metrics.counter("godwit_http_failures_total", "Answers of 500 and above.")),
      refused_(
          metrics.counter("godwit_http_refused_total", "Requests refused before they were one (framing, size, time).")),
      took_(metrics.histogram("godwit_http_answer_seconds", "From a whole request to its answer.")) {
  for (std::size_t code = 0; code < problems_.size(); ++code) {
    const auto& known = info(static_cast<Code>(code));
    problems_[code] = &metrics.counter("godwit_http_problems_total", "Answers that are problems, by status and code.",
                                       fmt::format("status=\"{}\",code=\"{}\"", known.status, known.name));
  }
  for (std::size_t i = 0; i < loops; ++i) tokens_.push_back(std::make_unique<TokenCache>(peers_.feed, ended_));
  metrics.queue({.name = "openings",
                 .metric = "godwit_sockets_waiting_to_open",
                 .help = "Sockets that wait until others before them stand.",
                 .bound = settings_.openings_waiting,
                 .depth = [this] { return openings_.waiting(); }});
  add(own_);
  table_.add({.spec = kSocketRoute, .sockets = &peers_.sockets});
  table_.add({.spec = kOfferRoute});
}

void GatewayRole::add_open_socket(std::string_view path, HandOver& sockets) {
  table_.add({.spec = {"GET", path, Access::open}, .sockets = &sockets});
}

Task<net::Response> GatewayRole::handle(net::Request& request) {
  requests_.add();
  const auto began = std::chrono::steady_clock::now();
  Passage passage{.http = request};
  auto answered = co_await answer(passage);
  took_.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  co_return finish(passage, std::move(answered));
}

Task<net::Response> GatewayRole::check_head(net::Request& request) {
  Passage passage{.http = request};
  const auto admitted = co_await admit(passage);
  if (!admitted) {
    requests_.add();
    co_return finish(passage, refusal_or_page(passage, admitted.error()));
  }
  net::Response go_on;
  go_on.status = 100;
  co_return go_on;
}

Task<GatewayRole::Response> GatewayRole::answer(Passage& passage) {
  const auto admitted = co_await admit(passage);
  if (!admitted) co_return refusal_or_page(passage, admitted.error());
  const Route& route = **admitted;
  CO_CHECK(check_text(passage.http, route.spec.body));
  if (route.sockets == &peers_.sockets) co_return co_await open_socket(passage.http, *route.sockets);
  if (route.sockets != nullptr) co_return open_plain_socket(passage.http, *route.sockets);
  if (route.role == nullptr) co_return co_await offer_socket(passage);
  co_return co_await ask(route, passage);
}

Task<GatewayRole::Response> GatewayRole::ask(const Route& route, Passage& passage) {
  auto& call = passage.call;
  call.query = std::move(passage.http.query);
  call.body = std::move(passage.http.body);
  call.peer = std::move(passage.http.peer);
  CO_TRY(auto reply, co_await route.role->call(route.place, call));
  co_return net::Response::of(std::move(reply));
}

/// What is no call is the page's.
GatewayRole::Response GatewayRole::refusal_or_page(const Passage& passage, const Error& error) {
  if (error.code == Code::not_found && passage.pattern.empty()) return page_.answer(passage.http);
  return std::unexpected(error);
}

Task<Result<const Route*>> GatewayRole::admit(Passage& passage) {
  const auto& http = passage.http;
  CO_TRY(auto match, table_.find(http.method, http.path));
  const RouteSpec& route = match.route->spec;
  passage.call.params = std::move(match.params);
  passage.pattern = route.pattern;
  if (!is_known(passage, route)) {
    if (auto proven = co_await authenticate(passage, route); !proven) {
      // Guessing tokens costs the address, as every call of nobody in particular does.
      if (proven.error().code == Code::unauthenticated) CO_CHECK(check_address(http.peer));
      co_return std::unexpected(std::move(proven).error());
    }
  }
  if (!http.head_checked) CO_CHECK(check_limits(passage, route));
  if (route.access == Access::admin) CO_CHECK(co_await check_admin(passage.call.who.user));
  CO_CHECK(check_media(http, route.body));
  co_return match.route;
}

/// Whether nothing has to be asked: a call of nobody in particular, or a token that was good a moment ago.
bool GatewayRole::is_known(Passage& passage, const RouteSpec& route) {
  if (route.access == Access::open) return true;
  if (route.access == Access::service_key) return false;
  const auto token = net::bearer_token(passage.http);
  const auto* known = tokens_.at(passage.http.loop)->find(token, clock_.now());
  if (known != nullptr) passage.call.who = *known;
  return known != nullptr;
}

Task<Result<void>> GatewayRole::authenticate(Passage& passage, const RouteSpec& route) {
  const auto token = net::bearer_token(passage.http);
  if (token.empty()) co_return fail(Code::unauthenticated);
  if (route.access == Access::service_key) {
    CO_TRY(auto system, co_await peers_.users.authenticate_service(token));
    if (std::ranges::find(system.scopes, route.scope) == system.scopes.end())
      co_return fail(Code::forbidden, "this service key lacks the scope " + std::string(route.scope));
    passage.call.service = std::move(system.name);
    co_return Result<void>{};
  }
  auto& tokens = *tokens_.at(passage.http.loop);
  const auto asked = tokens.version();
  CO_TRY(const auto proven, co_await peers_.users.authenticate(token));
  passage.call.who = proven.who;
  tokens.keep(token, proven, asked);
  co_return Result<void>{};
}

Result<void> GatewayRole::check_address(const std::string& peer) {
  return settings_.limits ? address_calls_.take(peer) : Result<void>{};
}

Task<Result<void>> GatewayRole::check_admin(const UserKey& user) {
  CO_TRY(const bool admin, co_await peers_.users.is_admin(user));
  if (!admin) co_return fail(Code::forbidden, "this is for admins");
  co_return Result<void>{};
}

Result<void> GatewayRole::check_limits(const Passage& passage, const RouteSpec& route) {
  if (!settings_.limits || route.rate == Rate::none) return {};
  const auto& http = passage.http;
  if (route.access != Access::session && route.access != Access::admin) return check_address(http.peer);
  const auto& user = passage.call.who.user.str();
  CHECK_OK(user_calls_.take(user, cost_of(http, route.cost)));
  return route.rate == Rate::send ? user_sends_.take(user) : Result<void>{};
}

Result<void> GatewayRole::check_body(const net::Request& request, Body body) {
  CHECK_OK(check_media(request, body));
  return check_text(request, body);
}

Result<void> GatewayRole::check_text(const net::Request& request, Body body) {
  if (body != Body::none && !is_utf8(request.body)) return fail(Code::malformed_json, "the body is not UTF-8");
  return {};
}

Result<void> GatewayRole::check_media(const net::Request& request, Body body) {
  if (request.body_too_large) return fail(Code::body_too_large);
  if (body == Body::none) return {};
  if (!request.has_body) return fail(Code::malformed_json, "a JSON body is needed");
  const auto encoding = request.header("content-encoding");
  if (!encoding.empty() && lower(encoding) != "identity") return fail(Code::unsupported_content_encoding);
  auto type = request.header("content-type");
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return lower(type) == "application/json" ? Result<void>{} : fail(Code::unsupported_media_type);
}

net::Response GatewayRole::finish(const Passage& passage, Response answered) {
  if (!answered) return finish_error(passage, answered.error());
  log_.debug("http", {{"method", passage.http.method}, {"path", passage.pattern}, {"status", answered->status}});
  return std::move(*answered);
}

net::Response GatewayRole::finish_error(const Passage& passage, const Error& error) {
  problems_[static_cast<std::size_t>(error.code)]->add();
  const auto trace = random_.hex(kTraceDigits);
  auto response = problem_answer(error, trace);
  if (response.status >= 500) {
    failures_.add();
    log_failure(passage, error, trace);
  } else {
    log_.debug(
        "http",
        {{"trace", trace}, {"method", passage.http.method}, {"path", passage.pattern}, {"status", response.status}});
  }
  return response;
}

/// One line a second for each call, whatever fails how often.
void GatewayRole::log_failure(const Passage& passage, const Error& error, std::string_view trace) {
  const std::string name = passage.http.method + " " + std::string(passage.pattern);
  const auto verdict = log_rate_.count(name);
  if (verdict.first_held) log_rest_later("http_failed", name);
  if (!verdict.write) return;
  log_.warn("http_failed", {{"trace", trace},
                            {"method", passage.http.method},
                            {"path", passage.pattern},
                            {"status", info(error.code).status},
                            {"code", info(error.code).name},
                            {"detail", error.detail},
                            {"count", verdict.count}});
}

void GatewayRole::log_rest_later(std::string_view event, std::string_view name) {
  if (Executor::current() == nullptr) return;  // a call without a scheduler: nobody will come back
  Executor::current()->post_after(std::chrono::milliseconds(LogRate::kPause),
                                  [this, event = std::string(event), name = std::string(name)] {
                                    if (const auto count = log_rate_.rest(name))
                                      log_.warn(event, {{"path", name}, {"count", count}});
                                  });
}

net::Response GatewayRole::refuse(const Error& error) {
  refused_.add();
  problems_[static_cast<std::size_t>(error.code)]->add();
  return net::Response::of(wire::problem(error, random_.hex(kTraceDigits)));
}

}  // namespace godwit::gateway

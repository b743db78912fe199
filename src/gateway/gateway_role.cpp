#include "gateway/gateway_role.hpp"

#include <chrono>

#include "base/utf8.hpp"
#include "domain/text.hpp"
#include "net/event_loop.hpp"
#include "wire/reply.hpp"

namespace godwit::gateway {
namespace {

constexpr std::string_view kBearer = "bearer ";

/// The token of "Authorization: Bearer …"; empty where there is none.
std::string_view bearer(const net::Request& request) {
  const auto value = request.header("authorization");
  return value.size() > kBearer.size() && lower(value.substr(0, kBearer.size())) == kBearer
             ? value.substr(kBearer.size())
             : std::string_view();
}

constexpr std::size_t kTraceDigits = 32;

}  // namespace

GatewayRole::GatewayRole(std::size_t loops, Peers peers, Settings settings, const Clock& clock, Random& random,
                         Log& log, Metrics& metrics)
    : peers_(peers),
      settings_(std::move(settings)),
      clock_(clock),
      random_(random),
      log_(log),
      log_rate_(clock),
      page_(settings_.page),
      gate_(settings_.limits ? settings_.connections_per_address : 0),
      limiter_(clock),
      requests_(metrics.counter("godwit_http_requests_total", "Requests that reached the gateway.")),
      failures_(metrics.counter("godwit_http_failures_total", "Answers of 500 and above.")),
      refused_(
          metrics.counter("godwit_http_refused_total", "Requests refused before they were one (framing, size, time).")),
      took_(metrics.histogram("godwit_http_answer_seconds", "From a whole request to its answer.")) {
  for (std::size_t i = 0; i < loops; ++i) tokens_.push_back(std::make_unique<TokenCache>(peers_.users));
  add({
      {"GET", "/healthz", Access::open, Body::none,
       [](Call&) -> Task<Answer> { co_return wire::reply(200, R"({"status":"ok"})"); }},
      {"GET", "/v1/socket", Access::open, Body::none, [this](Call& call) { return open_socket(call); }},
  });
}

Task<net::Response> GatewayRole::handle(net::Request& request) {
  requests_.add();
  const auto began = std::chrono::steady_clock::now();
  Call call{.http = request};
  auto answered = co_await answer(call);
  took_.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  co_return finish(call, std::move(answered));
}

Task<Answer> GatewayRole::answer(Call& call) {
  auto found = table_.find(call.http.method, call.http.path);
  if (!found && found.error().code == Code::not_found) co_return answer_with_page(call.http);
  CO_TRY(auto match, std::move(found));
  call.params = std::move(match.params);
  CO_CHECK(co_await authenticate(call, *match.route));
  CO_CHECK(check_limits(call, *match.route));
  CO_CHECK(co_await check_admin(call, *match.route));
  CO_CHECK(check_body(call.http, *match.route));
  co_return co_await match.route->handle(call);
}

Answer GatewayRole::answer_with_page(const net::Request& request) {
  TRY(auto file, page_.answer(request));
  CHECK_OK(check_address(request.peer));
  return file;
}

Task<Result<void>> GatewayRole::authenticate(Call& call, const Route& route) {
  if (route.access == Access::open) co_return Result<void>{};
  const auto token = bearer(call.http);
  if (token.empty()) co_return fail(Code::unauthenticated);
  if (route.access == Access::service_key) {
    CO_TRY(call.service, co_await peers_.users.authenticate_service(token));
  } else {
    CO_TRY(call.who, co_await identify(token, call.http.loop->index()));
  }
  co_return Result<void>{};
}

Task<Result<Identity>> GatewayRole::identify(std::string_view token, std::size_t loop) {
  auto& cache = *tokens_.at(loop);
  if (const auto* known = cache.find(token, clock_.now())) co_return Identity(*known);
  const auto asked_at = peers_.users.revocations();
  CO_TRY(auto who, co_await peers_.users.authenticate(token));
  cache.keep(token, who, asked_at);
  co_return who;
}

Result<void> GatewayRole::check_address(const std::string& peer) {
  if (!settings_.limits) return {};
  return limiter_.take("a/" + peer, settings_.requests_per_address, 2 * settings_.requests_per_address);
}

Task<Result<void>> GatewayRole::check_admin(const Call& call, const Route& route) {
  if (route.access != Access::admin) co_return Result<void>{};
  CO_TRY(const bool admin, co_await peers_.users.is_admin(call.who.user));
  if (!admin) co_return fail(Code::forbidden, "this is for admins");
  co_return Result<void>{};
}

Result<void> GatewayRole::check_limits(const Call& call, const Route& route) {
  if (!settings_.limits) return {};
  if (route.access != Access::session && route.access != Access::admin) {
    if (route.pattern == "/v1/users")
      CHECK_OK(limiter_.take("r/" + call.http.peer, settings_.registrations_per_address / 60,
                             settings_.registrations_per_address));
    return check_address(call.http.peer);
  }
  const auto& user = call.who.user.str();
  CHECK_OK(limiter_.take("u/" + user, settings_.requests_per_user, 2 * settings_.requests_per_user));
  if (route.method == "POST" && route.pattern == "/v1/messages")
    return limiter_.take("m/" + user, settings_.sends_per_user, 2 * settings_.sends_per_user);
  return {};
}

Result<void> GatewayRole::check_body(const net::Request& request, const Route& route) {
  if (request.body_too_large) return fail(Code::body_too_large);
  if (route.body == Body::none) return {};
  if (!request.has_body) return fail(Code::malformed_json, "a JSON body is needed");
  auto type = request.header("content-type");
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  if (lower(type) != "application/json") return fail(Code::unsupported_media_type);
  if (!is_utf8(request.body)) return fail(Code::malformed_json, "the body is not UTF-8");
  return {};
}

void GatewayRole::log_rest_later(net::EventLoop& loop, std::string_view event, std::string_view name) {
  loop.post_after(std::chrono::milliseconds(LogRate::kPause), [this, event = std::string(event), name = std::string(name)] {
    if (const auto count = log_rate_.rest(name)) log_.warn(event, {{"path", name}, {"count", count}});
  });
}

net::Response GatewayRole::finish(const Call& call, Answer answered) {
  if (!answered) return finish_error(call, answered.error());
  log_.debug("http", {{"method", call.http.method}, {"path", call.http.path}, {"status", answered->status}});
  return std::move(*answered);
}

net::Response GatewayRole::finish_error(const Call& call, const Error& error) {
  const auto trace = random_.hex(kTraceDigits);
  auto response = wire::problem(error, trace);
  if (error.code == Code::method_not_allowed) response.headers.push_back({"allow", error.detail});
  if (error.code == Code::unauthenticated) response.headers.push_back({"www-authenticate", "Bearer"});
  if (error.code == Code::upgrade_required) {
    response.headers.push_back({"upgrade", "websocket"});
    response.headers.push_back({"sec-websocket-version", "13"});
  }
  if (response.status >= 500) {
    failures_.add();
    log_.warn("http_failed", {{"trace", trace},
                              {"method", call.http.method},
                              {"path", call.http.path},
                              {"status", response.status},
                              {"code", info(error.code).name},
                              {"detail", error.detail}});
  } else {
    log_.debug("http",
               {{"trace", trace}, {"method", call.http.method}, {"path", call.http.path}, {"status", response.status}});
  }
  // An engine's words are for the log; the caller gets the sentence of the code and the trace to ask by.
  if (error.code == Code::internal) response.body = wire::problem(Error{.code = Code::internal}, trace).body;
  return response;
}

net::Response GatewayRole::refuse(const Error& error) {
  refused_.add();
  return wire::problem(error, random_.hex(kTraceDigits));
}

}  // namespace godwit::gateway

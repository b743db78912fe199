#include <algorithm>

#include "domain/text.hpp"
#include "gateway/gateway_role.hpp"
#include "gateway/origin.hpp"
#include "net/websocket/handshake.hpp"

namespace godwit::gateway {
namespace {

constexpr std::string_view kProtocol = "godwit.v1";
constexpr std::string_view kTokenProtocol = "bearer.";

/// The token from the Authorization header, a subprotocol `bearer.<token>`, or `?token=`, in that order.
std::string token_of(const net::Request& request, const std::vector<std::string>& subprotocols) {
  if (const auto header = net::bearer_token(request); !header.empty()) return std::string(header);
  for (const auto& offered : subprotocols) {
    if (offered.starts_with(kTokenProtocol)) return offered.substr(kTokenProtocol.size());
  }
  return net::query_value(request.query, "token").value;
}

net::Response switching(const net::Handshake& handshake) {
  net::Response response;
  response.status = 101;
  response.headers = {{"upgrade", "websocket"}, {"connection", "Upgrade"}, {"sec-websocket-accept", handshake.accept}};
  return response;
}

}  // namespace

bool GatewayRole::origin_allowed(const net::Request& request) const {
  const auto origin = request.header("origin");
  if (origin.empty()) return true;  // not a browser
  if (same_host(origin, request.header("host"))) return true;
  return std::ranges::find(settings_.origins, origin) != settings_.origins.end();
}

/// The operator's only sign that a page is refused: most often a proxy that changes Host, or a second name.
void GatewayRole::log_refused_origin(const net::Request& request) {
  const auto verdict = log_rate_.count("/v1/socket");
  if (verdict.first_held) log_rest_later("origin_refused", "/v1/socket");
  if (!verdict.write) return;
  log_.warn("origin_refused", {{"origin", printable(request.header("origin"))},
                               {"host", printable(request.header("host"))},
                               {"setting", "gateway.origins"},
                               {"count", verdict.count}});
}

GatewayRole::Response GatewayRole::open_plain_socket(const net::Request& request, HandOver& sockets) {
  if (!net::wants_websocket(request)) return fail(Code::upgrade_required);
  TRY(const auto handshake, net::websocket_handshake(request));
  auto response = switching(handshake);
  response.take_over = [&sockets](net::RawSocket socket) { sockets.take(std::move(socket), {}, {}); };
  return response;
}

Task<GatewayRole::Response> GatewayRole::open_socket(net::Request& request, HandOver& sockets) {
  if (!net::wants_websocket(request)) co_return fail(Code::upgrade_required);
  CO_TRY(auto handshake, net::websocket_handshake(request));
  const auto token = token_of(request, handshake.subprotocols);
  request.query.clear();  // the token goes no further
  if (token.empty()) co_return fail(Code::unauthenticated);
  // Who comes when thousands do waits here: each step on the way has its deadline.
  CO_TRY(auto opening, co_await openings_.take());
  // A socket asks once: its token is not worth a place in the cache of those that come with every call.
  CO_TRY(auto proven, co_await peers_.users.authenticate(token));
  if (!origin_allowed(request)) {
    log_refused_origin(request);
    co_return fail(Code::origin_not_allowed);
  }
  CO_CHECK(sockets.ready());
  // Each socket that opens or ends may tell all friends so.
  if (settings_.limits) CO_CHECK(user_connects_.take(proven.who.user.str()));

  auto response = switching(handshake);
  if (std::ranges::find(handshake.subprotocols, kProtocol) != handshake.subprotocols.end()) {
    response.headers.push_back({"sec-websocket-protocol", std::string(kProtocol)});
  }
  response.take_over = [&sockets, proven = std::move(proven),
                        slot = std::move(opening)](net::RawSocket socket) mutable {
    sockets.take(std::move(socket), std::move(proven), std::move(slot));
  };
  co_return response;
}

}  // namespace godwit::gateway

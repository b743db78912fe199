#include "gateway/gateway_role.hpp"
#include "gateway/origin.hpp"
#include "gateway/upgrade.hpp"
#include "wire/reply.hpp"

namespace godwit::gateway {

/// The log line is the operator's only sign that a page is refused: most often a proxy that changes Host, or a second
/// name.
Result<void> GatewayRole::check_origin(const net::Request& request) {
  if (origin_allowed(request.header("origin"), request.header("host"), settings_.origins)) return {};
  const auto verdict = log_rate_.count("/v1/socket");
  if (verdict.first_held) log_rest_later("origin_refused", "/v1/socket");
  if (verdict.write)
    log_.warn("origin_refused", {{"origin", printable(request.header("origin"))},
                                 {"host", printable(request.header("host"))},
                                 {"setting", "gateway.origins"},
                                 {"count", verdict.count}});
  return fail(Code::origin_not_allowed);
}

GatewayRole::Response GatewayRole::open_plain_socket(const net::Request& request, HandOver& sockets) {
  if (!net::wants_websocket(request)) return fail(Code::upgrade_required);
  TRY(const auto handshake, net::websocket_handshake(request));
  return upgrade(handshake, sockets, {}, {});
}

Task<GatewayRole::Response> GatewayRole::open_socket(net::Request& request, HandOver& sockets) {
  if (!net::wants_websocket(request)) co_return fail(Code::upgrade_required);
  CO_TRY(const auto handshake, net::websocket_handshake(request));
  const auto token = take_bearer(request, handshake);
  if (token.empty()) co_return fail(Code::unauthenticated);
  CO_TRY(auto opening, co_await openings_.take());
  auto& tokens = *tokens_.at(request.loop);
  const auto asked = tokens.version();
  CO_TRY(auto proven, co_await peers_.users.authenticate(token));
  tokens.keep(token, proven, asked);  // it pulls with it next
  CO_CHECK(check_origin(request));
  CO_CHECK(sockets.ready());
  // Each socket that opens or ends may tell all friends so.
  if (settings_.limits) CO_CHECK(user_connects_.take(proven.who.user.str()));
  co_return upgrade(handshake, sockets, std::move(proven), std::move(opening));
}

/// Where the socket may be opened instead, for whoever has proven a session by `admit`. The limit is the upgrade's.
Task<GatewayRole::Response> GatewayRole::offer_socket(Passage& passage) {
  CO_TRY(auto fields, wire::Fields::parse(passage.http.body));
  auto avoid = fields.maybe_text("avoid");
  CO_CHECK(fields.verdict());
  CO_CHECK(check_origin(passage.http));
  if (peers_.offers == nullptr) co_return fail(Code::not_found, "sockets are relayed here: open the login's `socket`");
  if (settings_.limits) CO_CHECK(user_connects_.take(passage.call.who.user.str()));
  CO_TRY(const auto offer, co_await peers_.offers->offer(passage.call.who, std::string(passage.http.header("host")),
                                                         std::move(avoid).value_or("")));
  wire::JsonWriter json;
  json.begin_object().field("url", offer.url).field("ticket", offer.ticket).field("node", offer.node);
  json.field("expiresAt", offer.expires_at).end_object();
  co_return net::Response::of(wire::reply(201, json.take()));
}

}  // namespace godwit::gateway

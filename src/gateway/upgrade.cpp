#include "gateway/upgrade.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace godwit::gateway {
namespace {

constexpr std::string_view kProtocol = "godwit.v1";
constexpr std::string_view kTokenProtocol = "bearer.";

}  // namespace

std::string take_bearer(net::Request& request, const net::Handshake& handshake) {
  const auto query = std::exchange(request.query, {});
  if (const auto header = net::bearer_token(request); !header.empty()) return std::string(header);
  for (const auto& offered : handshake.subprotocols) {
    if (offered.starts_with(kTokenProtocol)) return offered.substr(kTokenProtocol.size());
  }
  return net::query_value(query, "token").value;
}

net::Response upgrade(const net::Handshake& handshake, HandOver& sockets, user::Proven proven, Slots::Slot opening) {
  net::Response response;
  response.status = 101;
  response.headers.reserve(4);
  response.headers.emplace_back("upgrade", "websocket");
  response.headers.emplace_back("connection", "Upgrade");
  response.headers.emplace_back("sec-websocket-accept", handshake.accept);
  if (std::ranges::find(handshake.subprotocols, kProtocol) != handshake.subprotocols.end())
    response.headers.emplace_back("sec-websocket-protocol", std::string(kProtocol));
  response.take_over = [&sockets, proven = std::move(proven),
                        slot = std::move(opening)](net::RawSocket socket) mutable {
    sockets.take(std::move(socket), std::move(proven), std::move(slot));
  };
  return response;
}

}  // namespace godwit::gateway

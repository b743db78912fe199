#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "net/http/http.hpp"

namespace godwit::net {

/// The opening handshake of RFC 6455 §4.2, server side. Checks method, version, key, Upgrade and Connection; lists the
/// offered subprotocols in their order. `upgrade_required` where it is no upgrade at all, `malformed_request` where it
/// is a broken one.
struct Handshake {
  std::string accept;                     ///< Sec-WebSocket-Accept
  std::vector<std::string> subprotocols;  ///< as offered
};
[[nodiscard]] Result<Handshake> websocket_handshake(const Request& request);

/// Whether the request asks for a WebSocket at all.
[[nodiscard]] bool wants_websocket(const Request& request) noexcept;

/// base64(SHA-1(key + GUID)).
[[nodiscard]] std::string websocket_accept(std::string_view key);

}  // namespace godwit::net

#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ip_address.hpp"

namespace godwit::net {

/// What may stand before the first request of a connection from a trusted proxy: the PROXY protocol of HAProxy, version
/// 1
///
///   PROXY SP (TCP4 | TCP6) SP source SP destination SP port SP port CRLF        107 bytes at most
///   PROXY SP UNKNOWN … CRLF
///
/// or 2: 12 bytes of signature, version and command, family, length (big-endian), addresses and TLVs. No HTTP request
/// can begin with either, so none has to be announced.
struct ProxyHeader {
  enum class Status : std::uint8_t { need_more, absent, malformed, complete };
  Status status = Status::absent;
  std::size_t size = 0;                 ///< bytes that it takes; with `complete`
  std::optional<IpAddress> client{};    ///< nothing: the proxy speaks for itself (LOCAL, UNKNOWN, a UNIX socket)
};

/// Of the first bytes of a connection, as many as there are. Pure; never asks for more than kMostProxyHeader bytes.
[[nodiscard]] ProxyHeader parse_proxy_header(std::string_view bytes);

inline constexpr std::size_t kMostProxyHeader = 4096;  ///< of version 2 with all its TLVs; above: malformed

}  // namespace godwit::net

#pragma once
#include <optional>
#include <span>

#include "base/ip_address.hpp"
#include "net/http/http.hpp"

namespace godwit::net {

/// Whom an operator believes about the addresses of others (gateway.trusted_proxies).
[[nodiscard]] bool trusts(std::span<const IpNetwork> trusted, const IpAddress& address) noexcept;

/// The client's address of a request that came from `peer`, itself a trusted proxy. Each proxy on the way has added the
/// one that it was asked by at the end of X-Forwarded-For or Forwarded (RFC 7239): so the rightmost one that is not
/// trusted is the client's, and what stands left of it is whatever the client made up. Where all are trusted, the
/// leftmost. The peer itself where nothing is said, where what is said cannot be read up to that place ("unknown" and
/// hidden names too), and where both headers are there and differ: most proxies write one of them and pass on the other
/// as the client sent it.
[[nodiscard]] IpAddress client_address(const Request& request, const IpAddress& peer,
                                       std::span<const IpNetwork> trusted);

}  // namespace godwit::net

#pragma once
#include <sys/socket.h>

#include <cstdint>
#include <string>

#include "base/error.hpp"
#include "base/ip_address.hpp"

namespace godwit::net {

/// A non-blocking TCP socket that listens, with SO_REUSEPORT; what it accepts has TCP_NODELAY, and keeps little in the
/// kernel that its reader has no room for (TCP_NOTSENT_LOWAT). The caller owns it. `unavailable`, naming address, port
/// and reason, where it cannot be had.
[[nodiscard]] Result<int> open_listener(const std::string& address, std::uint16_t port);

/// Whether nobody listens there. Asked once before the listeners of a process share the port: SO_REUSEPORT would let
/// another process of the same user share it, too, and take half of its connections. `unavailable` as above.
[[nodiscard]] Result<void> check_port_free(const std::string& address, std::uint16_t port);

/// The port that a socket is bound to; 0 where it is not.
[[nodiscard]] std::uint16_t bound_port(int fd) noexcept;

/// An IPv4 address that came mapped into IPv6 is IPv4.
[[nodiscard]] IpAddress address_of(const sockaddr_storage& address);

}  // namespace godwit::net

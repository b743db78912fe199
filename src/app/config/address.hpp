#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace godwit::app {

/// Where to listen or connect: a numeric IPv4 or IPv6 address and a port.
struct Address {
  std::string host;  ///< without brackets
  std::uint16_t port = 0;

  [[nodiscard]] bool loopback() const;    ///< 127.0.0.0/8 or ::1
  [[nodiscard]] std::string str() const;  ///< "127.0.0.1:8080", "[::1]:8080"
  friend bool operator==(const Address&, const Address&) = default;
};

/// Of "127.0.0.1:8080", "[::1]:8080" or "localhost:8080" (which is 127.0.0.1). bad_parameter otherwise.
[[nodiscard]] Result<Address> parse_address(std::string_view text);

}  // namespace godwit::app

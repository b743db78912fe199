#pragma once
#include <string>
#include <string_view>

#include "base/ip_address.hpp"

namespace godwit::user {

/// What an address is counted as: an IPv4 address as it is (also where it comes as ::ffff:…), an IPv6 one by its first
/// 64 bits, anything else as it is.
[[nodiscard]] inline std::string network_of(std::string_view address) {
  const auto parsed = IpAddress::parse(address);
  if (!parsed) return std::string(address);
  return parsed->network().str() + (parsed->is_v4() ? "" : "/64");
}

}  // namespace godwit::user

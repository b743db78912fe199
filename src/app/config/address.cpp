#include "app/config/address.hpp"

#include <arpa/inet.h>

#include <charconv>

namespace godwit::app {
namespace {

bool is_ipv4(const std::string& host) {
  in_addr parsed{};
  return inet_pton(AF_INET, host.c_str(), &parsed) == 1;
}

bool is_ipv6(const std::string& host) {
  in6_addr parsed{};
  return inet_pton(AF_INET6, host.c_str(), &parsed) == 1;
}

bool parse_port(std::string_view text, std::uint16_t& port) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
  return !text.empty() && problem == std::errc{} && end == text.data() + text.size();
}

}  // namespace

bool Address::loopback() const { return host == "::1" || (is_ipv4(host) && host.starts_with("127.")); }

std::string Address::str() const {
  const auto shown = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return shown + ":" + std::to_string(port);
}

Result<Address> parse_address(std::string_view text) {
  const auto colon = text.rfind(':');
  Address address;
  if (colon == std::string_view::npos || !parse_port(text.substr(colon + 1), address.port)) {
    return fail(Code::bad_parameter, "an address is written ADDR:PORT, as in 127.0.0.1:8080");
  }
  const auto host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  address.host = bracketed ? host.substr(1, host.size() - 2) : host == "localhost" ? "127.0.0.1" : host;
  if (bracketed ? !is_ipv6(address.host) : !is_ipv4(address.host)) {
    return fail(Code::bad_parameter,
                "the address before the port must be a numeric IPv4 address or an IPv6 address in brackets");
  }
  return address;
}

}  // namespace godwit::app

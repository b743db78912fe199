#include "net/http/forwarded.hpp"

#include <algorithm>
#include <ranges>
#include <vector>

#include "net/http/text.hpp"

namespace godwit::net {
namespace {

/// A chain longer than this is nobody's.
constexpr std::size_t kMostHops = 64;

/// One hop: an address, or nothing where it is said in a way that names none.
using Hop = std::optional<IpAddress>;

bool is_port(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 5 && std::ranges::all_of(text, is_digit);
}

/// "192.0.2.1", "192.0.2.1:4711", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:4711".
Hop parse_node(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const auto rest = text.substr(end + 1);
    if (!rest.empty() && !(rest.front() == ':' && is_port(rest.substr(1)))) return std::nullopt;
    const auto inner = text.substr(1, end - 1);
    return inner.contains(':') ? IpAddress::parse(inner) : std::nullopt;
  }
  const auto colon = text.find(':');
  if (colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos) {
    return is_port(text.substr(colon + 1)) ? IpAddress::parse(text.substr(0, colon)) : std::nullopt;
  }
  return IpAddress::parse(text);
}

/// Takes a token or quoted-string (RFC 9110 §5.6.4) off the front.
bool take_value(std::string_view& text, std::string& value) {
  value.clear();
  if (!text.starts_with('"')) {
    const auto size = static_cast<std::size_t>(std::ranges::find_if_not(text, is_token_char) - text.begin());
    value = text.substr(0, size);
    text.remove_prefix(size);
    return size != 0;
  }
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return true;
    }
    if (text[i] == '\\' && ++i == text.size()) return false;
    value += text[i];
  }
  return false;
}

/// One forwarded-pair; its `for`, if it is one, goes to `hop`. False where it is none.
bool take_pair(std::string_view& text, Hop& hop, bool& has_for) {
  std::string name;
  std::string value;
  if (text.starts_with('"') || !take_value(text, name) || !text.starts_with('=')) return false;
  text.remove_prefix(1);
  if (!take_value(text, value)) return false;
  if (!equal_ignoring_case(name, "for")) return true;
  hop = parse_node(value);
  return !std::exchange(has_for, true);
}

void skip_blanks(std::string_view& text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
}

/// The hops of one Forwarded line, left to right. False where the line is malformed or endless.
bool parse_forwarded(std::string_view text, std::vector<Hop>& hops) {
  while (hops.size() < kMostHops) {
    Hop hop;
    bool has_for = false;
    do {
      skip_blanks(text);
      if (!take_pair(text, hop, has_for)) return false;
      skip_blanks(text);
    } while (text.starts_with(';') && (text.remove_prefix(1), true));
    hops.push_back(hop);
    if (text.empty()) return true;
    if (!text.starts_with(',')) return false;
    text.remove_prefix(1);
  }
  return false;
}

bool parse_x_forwarded_for(std::string_view text, std::vector<Hop>& hops) {
  while (hops.size() < kMostHops) {
    const auto comma = text.find(',');
    hops.push_back(parse_node(trimmed(text.substr(0, comma))));
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
  return false;
}

/// By all lines of one header, the last first. Nothing: there is no such header.
template <class Parse>
std::optional<IpAddress> told_by(const Request& request, std::string_view name, const IpAddress& peer,
                                 std::span<const IpNetwork> trusted, Parse parse) {
  std::optional<IpAddress> client;
  std::vector<Hop> hops;
  for (const auto& header : std::views::reverse(request.headers)) {
    if (header.name != name) continue;
    hops.clear();
    if (!parse(header.value, hops)) return peer;
    for (const auto& hop : std::views::reverse(hops)) {
      if (!hop) return peer;
      client = hop;
      if (!trusts(trusted, *hop)) return client;
    }
  }
  return client;
}

}  // namespace

bool trusts(std::span<const IpNetwork> trusted, const IpAddress& address) noexcept {
  return std::ranges::any_of(trusted, [&](const IpNetwork& network) { return network.contains(address); });
}

IpAddress client_address(const Request& request, const IpAddress& peer, std::span<const IpNetwork> trusted) {
  const auto x_forwarded_for = told_by(request, "x-forwarded-for", peer, trusted, parse_x_forwarded_for);
  const auto forwarded = told_by(request, "forwarded", peer, trusted, parse_forwarded);
  if (x_forwarded_for && forwarded && *x_forwarded_for != *forwarded) return peer;
  return x_forwarded_for ? *x_forwarded_for : forwarded.value_or(peer);
}

}  // namespace godwit::net

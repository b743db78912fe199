#include "gateway/origin.hpp"

#include <algorithm>

#include "domain/text.hpp"

namespace godwit::gateway {
namespace {

/// "[::1]:8080" and "example.org" into host and port; an empty port is `unsaid`.
struct Authority {
  std::string_view host;
  std::string_view port;
};

Authority split(std::string_view text, std::string_view unsaid) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || text.ends_with(']')) return {text, unsaid};
  const auto port = text.substr(colon + 1);
  return {text.substr(0, colon), port.empty() ? unsaid : port};
}

}  // namespace

bool same_host(std::string_view origin, std::string_view host) {
  const std::string text = lower(origin);
  const bool tls = text.starts_with("https://");
  if (!tls && !text.starts_with("http://")) return false;
  const std::string asked = lower(host);
  const auto a = split(std::string_view(text).substr(tls ? 8 : 7), tls ? "443" : "80");
  const auto b = split(asked, tls ? "443" : "80");
  return !a.host.empty() && a.host == b.host && a.port == b.port;
}

bool origin_allowed(std::string_view origin, std::string_view host, std::span<const std::string> others) {
  return origin.empty() || same_host(origin, host) || std::ranges::find(others, origin) != others.end();
}

}  // namespace godwit::gateway

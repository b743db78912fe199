#include <algorithm>

#include "net/client/http_client.hpp"
#include "net/http/text.hpp"

namespace godwit::net {

Result<Url> parse_url(std::string_view url) {
  const auto bad = [url] { return fail(Code::bad_parameter, "not an http:// or ws:// URL: " + std::string(url)); };
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return bad();
  const auto scheme = url.substr(0, scheme_end);
  if (!equal_ignoring_case(scheme, "http") && !equal_ignoring_case(scheme, "ws")) return bad();
  const auto rest = url.substr(scheme_end + 3);
  const auto authority = rest.substr(0, rest.find_first_of("/?#"));
  const auto path = rest.substr(authority.size());

  std::size_t host_end = authority.find(':');
  std::string_view host = authority.substr(0, host_end);
  if (authority.starts_with('[')) {  // IPv6
    const auto bracket = authority.find(']');
    if (bracket == std::string_view::npos) return bad();
    host = authority.substr(1, bracket - 1);
    host_end = bracket + 1 < authority.size() ? bracket + 1 : std::string_view::npos;
    if (host_end != std::string_view::npos && authority[host_end] != ':') return bad();
  }
  const auto port = host_end == std::string_view::npos ? std::string_view("80") : authority.substr(host_end + 1);
  if (host.empty() || port.empty() || port.size() > 5 || !std::ranges::all_of(port, is_digit)) return bad();
  Url parsed{.host = std::string(host), .port = std::string(port), .path = std::string(path.substr(0, path.find('#')))};
  if (!parsed.path.starts_with('/')) parsed.path.insert(0, "/");
  return parsed;
}

}  // namespace godwit::net

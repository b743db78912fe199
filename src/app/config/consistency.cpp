#include "app/config/consistency.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/ip_address.hpp"

namespace godwit::app {
namespace {

constexpr std::size_t kLeastKeyLength = 16;

std::string origin_of(const Loaded& loaded, std::string_view name) {
  const auto found = loaded.origins.find(name);
  return found == loaded.origins.end() ? "default" : found->second;
}

/// scheme://host[:port], as browsers send it: no path, no trailing slash, lower case.
bool is_origin(std::string_view text) {
  const auto scheme = text.starts_with("https://") ? 8U : text.starts_with("http://") ? 7U : 0U;
  if (scheme == 0 || text.size() == scheme) return false;
  return std::ranges::none_of(text.substr(scheme),
                              [](char c) { return c == '/' || c == '*' || c <= ' ' || (c >= 'A' && c <= 'Z'); });
}

}  // namespace

std::vector<std::string> inconsistencies(const Loaded& loaded) {
  const auto& config = loaded.config;
  std::vector<std::string> problems;
  const auto complain = [&](std::string_view name, std::string_view what) {
    problems.push_back(fmt::format("{}: {} {}", origin_of(loaded, name), name, what));
  };
  if (!config.admin.listen.loopback() && config.admin.key.empty()) {
    complain("admin.listen", "is not loopback, so admin.key must be set (at least 16 characters)");
  }
  if (!config.admin.key.empty() && config.admin.key.size() < kLeastKeyLength)
    complain("admin.key", "must have at least 16 characters");
  if (config.debug.echo && !config.http.listen.loopback())
    complain("debug.echo", "may be on only where http.listen is loopback");
  if (config.http.listen == config.admin.listen && config.http.listen.port != 0)
    complain("admin.listen", "must differ from http.listen");
  if (config.socket.queue_bytes < config.socket.message_bytes) {
    complain("socket.queue_bytes", "must be at least socket.message_bytes, or one message would cut a client off");
  }
  if (config.caps.devices < config.sessions.per_user)
    complain("caps.devices", "must be at least sessions.per_user, or a device that is logged in would be forgotten");
  for (const auto& origin : config.gateway.origins) {
    if (!is_origin(origin))
      complain("gateway.origins",
               "holds \"" + origin + "\"; an origin is https://host or https://host:port, in lower case");
  }
  for (const auto& proxy : config.gateway.trusted_proxies) {
    if (!IpNetwork::parse(proxy))
      complain("gateway.trusted_proxies",
               "holds \"" + proxy + "\"; an address (10.0.0.2, ::1) or a network (10.0.0.0/8)");
  }
  for (const auto& key : config.reserved_keys) {
    if (std::ranges::any_of(key, [](char c) { return c >= 'A' && c <= 'Z'; }))
      complain("reserved_keys", "holds \"" + key + "\"; keys are lower-case");
  }
  return problems;
}

}  // namespace godwit::app

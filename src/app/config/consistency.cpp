#include "app/config/consistency.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "app/config/role_set.hpp"
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

using Complain = std::function<void(std::string_view name, std::string_view what)>;

bool is_role(std::string_view name) { return std::ranges::find(kRoleNames, name) != kRoleNames.end(); }

/// `name=host:port` where `named`, else `host:port`.
bool is_peer(std::string_view text, bool named) {
  const auto equals = named ? text.find('=') : std::string_view::npos;
  if (named && (equals == std::string_view::npos || equals == 0)) return false;
  return parse_address(named ? text.substr(equals + 1) : text).has_value();
}

bool is_database(std::string_view place) {
  const auto slash = place.find('/');
  return slash != std::string_view::npos && slash + 1 < place.size() && is_peer(place.substr(0, slash), false);
}

void check_peers(const Config& config, const Complain& complain) {
  const auto check = [&](std::string_view name, const std::vector<std::string>& peers, bool named) {
    for (const auto& peer : peers) {
      if (!is_peer(peer, named))
        complain(name, "holds \"" + peer + "\"; it must be " + (named ? "name=address:port" : "address:port"));
    }
  };
  check("peers.user", config.peers.user, false);
  check("peers.dispatch", config.peers.dispatch, false);
  check("peers.archive", config.peers.archive, false);
  check("peers.offline", config.peers.offline, false);
  check("peers.node", config.peers.node, true);
  check("redis.addresses", config.redis.addresses, false);
  for (const auto& place : config.mysql.ledger) {
    if (!is_database(place)) complain("mysql.ledger", "holds \"" + place + "\"; it must be address:port/database");
  }
  const std::set<std::string> different(config.mysql.ledger.begin(), config.mysql.ledger.end());
  if (different.size() != config.mysql.ledger.size()) complain("mysql.ledger", "names a database twice");
  if (!config.rocketmq.broker.empty()) check("rocketmq.broker", {config.rocketmq.broker}, false);
}

/// `name=ws://host[:port][/path]` or wss://: nothing that a path of ours could not follow.
bool is_public_node(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) return false;
  auto url = text.substr(equals + 1);
  const auto scheme = url.starts_with("wss://") ? 6U : url.starts_with("ws://") ? 5U : 0U;
  if (scheme == 0 || url.size() > 512) return false;
  url.remove_prefix(scheme);
  const bool odd = std::ranges::any_of(
      url, [](char c) { return c <= ' ' || c > '~' || std::string_view("\"',;?#*@\\").contains(c); });
  return !odd && !url.empty() && url.front() != '/' && url.front() != ':' && url.back() != '/';
}

/// What sockets need that clients open at nodes.
void check_direct_sockets(const Config& config, const Complain& complain) {
  for (const auto& node : config.peers.node_public) {
    if (!is_public_node(node))
      complain("peers.node_public", "holds \"" + node +
                                        "\"; it must be name=wss://host or name=ws://host:port, without a "
                                        "slash at the end");
  }
  if (config.gateway.sockets != "direct") return;
  if (config.engines != "distributed")
    complain("gateway.sockets", "is direct, which needs engines = \"distributed\": one process has sockets at hand");
  if (config.cluster.secret.empty())
    complain("cluster.secret", "must be set where gateway.sockets is direct: tickets are signed with it");
  if (config.peers.node_public.empty())
    complain("peers.node_public", "must say where clients reach the nodes, as gateway.sockets is direct");
}

/// What a process needs that does not run every role.
void check_processes(const Config& config, const Complain& complain) {
  for (const auto& role : config.roles) {
    if (!is_role(role) && role != "all")
      complain("roles", "holds \"" + role + "\"; a role is gateway, user, dispatch, node, archive or offline");
  }
  check_peers(config, complain);
  const auto here = roles_of(config);
  const auto& secret = config.cluster.secret;
  if (!secret.empty() && secret.size() < kLeastKeyLength)
    complain("cluster.secret", "must have at least 16 characters");
  if (here.is_all()) return;
  if (config.engines != "distributed")
    complain("roles", "leaves some out, which needs engines = \"distributed\": embedded stores are of one process");
  if (secret.empty())
    complain("cluster.secret", "must be set, to at least 16 characters, where not all roles are in one process");
  const std::pair<RoleName, const std::vector<std::string>&> needed[] = {{RoleName::user, config.peers.user},
                                                                         {RoleName::dispatch, config.peers.dispatch},
                                                                         {RoleName::archive, config.peers.archive},
                                                                         {RoleName::offline, config.peers.offline},
                                                                         {RoleName::node, config.peers.node}};
  for (const auto& [role, peers] : needed) {
    if (!here.has(role) && peers.empty())
      complain(fmt::format("peers.{}", name_of(role)), "must name who runs it, as this process does not");
  }
}

}  // namespace

std::vector<std::string> inconsistencies(const Loaded& loaded) {
  const auto& config = loaded.config;
  std::vector<std::string> problems;
  const auto complain = [&](std::string_view name, std::string_view what) {
    problems.push_back(fmt::format("{}: {} {}", origin_of(loaded, name), name, what));
  };
  check_processes(config, complain);
  check_direct_sockets(config, complain);
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

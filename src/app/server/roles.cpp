#include "app/server/roles.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>

#include "app/server/embedded_page.hpp"
#include "app/server/house.hpp"
#include "service/local_link.hpp"

namespace godwit::app {
namespace {

template <class To>
To in(Seconds seconds) {
  return std::chrono::duration_cast<To>(seconds);
}

Millis millis(Seconds seconds) { return to_millis(seconds).count(); }

bool direct_sockets(const Config& config) { return config.gateway.sockets == "direct"; }

user::Settings user_settings(const Config& config) {
  user::Settings settings;
  settings.registration = registration_of(config);
  settings.reserved_keys = config.reserved_keys;
  auto nodes = known_processes(config.peers).nodes;
  settings.nodes = nodes.empty() ? std::vector{config.node.name} : std::move(nodes);
  settings.token_life_ms = millis(config.sessions.lifetime);
  settings.sessions_per_user = config.sessions.per_user;
  settings.logins.enabled = config.limits.enabled;
  settings.registrations = {.enabled = config.limits.enabled,
                            .per_address_minute = config.limits.registrations_per_address};
  settings.logins.per_account_minute = config.limits.login_per_account;
  settings.logins.per_account_minute_anywhere = config.limits.login_per_account_anywhere;
  settings.logins.per_address_minute = config.limits.login_per_address;
  settings.changes.enabled = config.limits.enabled;
  settings.changes.profile_minute = config.limits.profile_changes_per_user;
  settings.changes.group_minute = config.limits.group_changes_per_user;
  settings.changes.request_minute = config.limits.requests_to_others_per_user;
  settings.changes.member_minute = config.limits.member_changes_per_user;
  settings.caps = {.groups_owned = config.caps.groups_owned,
                   .memberships = config.caps.memberships,
                   .group_members = config.caps.group_members,
                   .friends = config.caps.friends,
                   .pending_sent = config.caps.pending_sent,
                   .pending_received = config.caps.pending_received,
                   .cooling_off_ms = millis(config.caps.cooling_off)};
  settings.requests_kept_ms = millis(config.caps.answered_requests);
  settings.direct_sockets = direct_sockets(config);
  return settings;
}

node::Settings node_settings(const Config& config) {
  node::Settings settings;
  settings.name = config.node.name;
  settings.connections = config.socket.connections;
  settings.typing_per_second =
      config.limits.enabled ? static_cast<std::uint32_t>(std::ceil(config.limits.typing_per_socket)) : UINT32_MAX;
  settings.frames_per_socket = config.limits.enabled ? config.limits.frames_per_socket : 0;
  settings.frames_per_user = config.limits.frames_per_user;
  settings.ping_interval = in<std::chrono::seconds>(config.socket.ping_interval);
  return settings;
}

net::ChannelSettings channel_settings(const Config& config) {
  net::ChannelSettings settings;
  settings.queue_bytes = config.socket.queue_bytes;
  settings.message_bytes = config.socket.message_bytes;
  settings.ping_interval = to_millis(config.socket.ping_interval);
  settings.pong_timeout = to_millis(config.socket.pong_timeout);
  return settings;
}

offline::Settings offline_settings(const Config& config) {
  offline::Settings settings;
  settings.keep = in<decltype(settings.keep)>(config.inbox.keep);
  return settings;
}

net::ConnectionGate::Settings gate_settings(const Config& config) {
  net::ConnectionGate::Settings settings;
  settings.connections = config.http.connections;
  settings.per_address = config.limits.enabled ? config.limits.connections_per_address : 0;
  settings.buffer_bytes = config.http.buffer_bytes;
  for (const auto& proxy : config.gateway.trusted_proxies) settings.trusted_proxies.push_back(*IpNetwork::parse(proxy));
  return settings;
}

/// `peers.node_public`, by name.
std::map<std::string, std::string> public_nodes(const Config& config) {
  std::map<std::string, std::string> nodes;
  for (const auto& node : config.peers.node_public) {
    const auto equals = node.find('=');  // settings are consistent
    nodes[node.substr(0, equals)] = node.substr(equals + 1);
  }
  return nodes;
}

/// What the page's policy has to name: scheme, host and port of each.
std::string node_origins(const Config& config) {
  if (!direct_sockets(config)) return {};
  std::set<std::string> origins;
  for (const auto& [name, url] : public_nodes(config)) origins.insert(url.substr(0, url.find('/', url.find("//") + 2)));
  return fmt::format("{}", fmt::join(origins, " "));
}

gateway::TicketDoor::Settings ticket_door_settings(const Config& config) {
  return {.node = config.node.name,
          .secret = config.cluster.secret,
          .origins = config.gateway.origins,
          .bad_tickets_per_address = config.limits.enabled ? config.limits.requests_per_address : 0,
          .gate = gate_settings(config)};
}

gateway::Settings gateway_settings(const Config& config) {
  return {.origins = config.gateway.origins,
          .limits = config.limits.enabled,
          .requests_per_user = config.limits.requests_per_user,
          .requests_per_address = config.limits.requests_per_address,
          .sends_per_user = config.limits.sends_per_user,
          .connects_per_user = config.limits.connects_per_user,
          .gate = gate_settings(config),
          .page = embedded_page(),
          .node_origins = node_origins(config)};
}

}  // namespace

user::Registration registration_of(const Config& config) {
  const auto& names = user::kRegistrationNames;
  return static_cast<user::Registration>(std::ranges::find(names, config.registration) - names.begin());
}

Roles::Roles(RoleSet here, Ground ground, Surroundings with) : feed(*ground.ports.changes, with.clock) {
  const auto& elsewhere = ground.elsewhere;
  if (elsewhere.users != nullptr) copies.emplace(*elsewhere.users, feed, user::Copies::Settings{}, with.clock);
  users_ = copies ? static_cast<user::Service*>(&*copies) : &user.place();
  dispatch_ = here.has(RoleName::dispatch) ? &dispatch.place() : elsewhere.dispatch;
  offline_ = here.has(RoleName::offline) ? &offline.place() : elsewhere.offline;
  archive_ = here.has(RoleName::archive) ? &archive.place() : elsewhere.archive;
  if (here.has(RoleName::user)) make_user(ground, with);
  if (here.has(RoleName::node)) make_node(ground, with);
  if (here.has(RoleName::archive))
    archive.make(*ground.ports.archive, *ground.ports.bus, *users_, *offline_, archive::Settings{}, with.clock,
                 with.log, with.metrics);
  if (here.has(RoleName::offline))
    offline.make(*ground.ports.timeline, *ground.ports.cursors, *ground.ports.bus, *users_, *archive_, *dispatch_,
                 offline_settings(ground.config), with.clock, with.log, with.metrics,
                 offline::Stores{.timeline = ground.ports.late_timeline, .cursors = ground.ports.late_cursors});
  if (here.has(RoleName::dispatch)) make_dispatch(ground, with);
  if (here.has(RoleName::gateway)) make_gateway(ground, with);
  if (here.has(RoleName::node) && here.has(RoleName::dispatch)) link_up(ground);
}

void Roles::make_user(Ground& ground, Surroundings with) {
  const auto& ports = ground.ports;
  const auto& config = ground.config;
  hasher.emplace(user::Argon2Hasher::Settings{.threads = config.passwords.threads, .queue = config.passwords.queue},
                 with.metrics);
  signer.emplace(*std::move(ground.signing_key));
  user.make(user::Ports{.store = *ports.accounts,
                        .hasher = *hasher,
                        .tokens = *signer,
                        .change_log = *ports.changes,
                        .feed = feed,
                        .counts = *ports.counts},
            user::Services{.dispatch = *dispatch_, .offline = *offline_, .registry = *ports.registry},
            user_settings(config), with.clock, with.random, with.log, with.metrics);
}

void Roles::make_node(const Ground& ground, Surroundings with) {
  node.make(std::vector<Executor*>(ground.loops.begin(), ground.loops.end()),
            node::NodeRole::Peers{.users = *users_,
                                  .dispatch = *dispatch_,
                                  .offline = *offline_,
                                  .registry = *ground.ports.registry,
                                  .feed = feed},
            node_settings(ground.config), with.clock, with.log, with.metrics);
  acceptor.emplace(node.place(), ground.loops, channel_settings(ground.config));
  sockets.emplace(*acceptor);
  if (direct_sockets(ground.config))
    ticket_door.emplace(*users_, *sockets, ticket_door_settings(ground.config), with.clock, with.random, with.log,
                        with.metrics);
}

void Roles::make_dispatch(const Ground& ground, Surroundings with) {
  const auto& ports = ground.ports;
  dispatch.make(dispatch::DispatchRole::Ports{.ledger = *ports.ledger, .commits = *ports.commits, .bus = *ports.bus},
                dispatch::DispatchRole::Peers{.users = *users_, .archive = *archive_, .offline = *offline_},
                dispatch::Settings{.recall_window_ms = millis(ground.config.messages.recall_window)}, with.clock,
                with.random, with.metrics);
}

void Roles::make_gateway(const Ground& ground, Surroundings with) {
  auto* local = sockets ? &*sockets : nullptr;
  gateway::HandOver& to_nodes = ground.elsewhere.sockets ? ground.elsewhere.sockets(local) : *local;
  const auto& config = ground.config;
  if (direct_sockets(config))
    offers.emplace(*ground.ports.registry,
                   gateway::SocketOffers::Settings{.nodes = public_nodes(config),
                                                   .secret = config.cluster.secret,
                                                   .lifetime = millis(config.gateway.ticket_lifetime)},
                   with.clock, with.random);
  gateway.emplace(ground.loops.size(),
                  gateway::GatewayRole::Peers{
                      .users = *users_, .feed = feed, .sockets = to_nodes, .offers = offers ? &*offers : nullptr},
                  gateway_settings(config), with.clock, with.random, with.log, with.metrics);
  if (user.get() != nullptr) gateway->add(user.place().calls());
  if (dispatch.get() != nullptr) gateway->add(dispatch.place().calls());
  if (archive.get() != nullptr) gateway->add(archive.place().calls());
  if (offline.get() != nullptr) gateway->add(offline.place().calls());
  for (auto* calls : ground.elsewhere.calls) gateway->add(*calls);
}

void Roles::link_up(const Ground& ground) {
  std::make_shared<link::LocalLink>(node.place().links(), dispatch.place().links(), node.place().name(),
                                    ground.dispatcher)
      ->open();
}

}  // namespace godwit::app

#include "app/server/peer_clients.hpp"

#include "app/server/console.hpp"
#include "service/routes.hpp"

namespace godwit::app {
namespace {

std::map<RoleName, std::vector<std::string>> lists_of(const Config::Peers& peers) {
  return {{RoleName::user, peers.user},
          {RoleName::dispatch, peers.dispatch},
          {RoleName::archive, peers.archive},
          {RoleName::offline, peers.offline}};
}

/// `peers.node` without the node of this process, which needs no wire.
std::vector<discovery::Node> far_nodes(const Config& config, bool own_node) {
  std::vector<discovery::Node> nodes;
  for (const auto& peer : config.peers.node) {
    const auto equals = peer.find('=');
    const auto name = peer.substr(0, equals);
    if (own_node && name == config.node.name) continue;
    const auto address = parse_address(peer.substr(equals + 1));  // settings are consistent
    nodes.push_back({.name = name, .host = address->host, .port = address->port});
  }
  return nodes;
}

/// Where sockets may be: also at the node of this process.
std::vector<discovery::Node> all_nodes(const Config& config, bool own_node) {
  auto nodes = far_nodes(config, own_node);
  if (own_node) nodes.push_back({.name = config.node.name, .host = {}});
  return nodes;
}

}  // namespace

PeerClients::PeerClients(const Config& config, RoleSet here, std::vector<net::EventLoop*> loops, Surroundings with)
    : here_(here),
      relaying_{.name = "gateway",
                .sockets = config.socket.connections,
                .local = here.has(RoleName::node) ? config.node.name : ""},
      loops_(std::move(loops)),
      log_(with.log),
      secret_(config.cluster.secret),
      far_nodes_(far_nodes(config, here.has(RoleName::node))),
      nodes_(all_nodes(config, here.has(RoleName::node))),
      phone_{.secret = config.cluster.secret, .random = with.random},
      peers_(lists_of(config.peers)),
      connections_({}, {.secret = secret_, .clock = with.clock, .random = with.random, .log = with.log}, with.metrics),
      to_user_(connections_, peers_, RoleName::user),
      to_dispatch_(connections_, peers_, RoleName::dispatch),
      to_offline_(connections_, peers_, RoleName::offline),
      to_archive_(connections_, peers_, RoleName::archive),
      user_(to_user_),
      dispatch_(to_dispatch_),
      offline_(to_offline_),
      archive_(to_archive_),
      any_sequencer_(to_dispatch_, {}),
      sequencers_(connections_, with.clock),
      process_phone_(connections_),
      user_calls_(user::kRoutes, to_user_),
      console_calls_(Console::routes(), to_user_),
      dispatch_calls_(dispatch::kRoutes, to_dispatch_),
      offline_calls_(offline::kRoutes, to_offline_),
      archive_calls_(archive::kRoutes, to_archive_) {}

gateway::HandOver& PeerClients::make_relay(gateway::HandOver* local) {
  return relay_.emplace(loops_, nodes_, phone_, relaying_, local, log_);
}

void PeerClients::follow(const changes::ChangeFeed& feed) {
  heard_.emplace(feed);
  for (auto* calls : {&user_calls_, &console_calls_, &dispatch_calls_, &offline_calls_, &archive_calls_})
    calls->follow(*heard_);
}

void PeerClients::drain() {
  if (relay_) relay_->drain();
}

Elsewhere PeerClients::elsewhere() {
  Elsewhere elsewhere;
  elsewhere.sockets = [this](gateway::HandOver* local) -> gateway::HandOver& { return make_relay(local); };
  if (!here_.has(RoleName::user)) {
    elsewhere.users = &user_;
    elsewhere.calls.insert(elsewhere.calls.end(), {&user_calls_, &console_calls_});
  }
  if (!here_.has(RoleName::dispatch)) {
    elsewhere.dispatch = &dispatch_;
    elsewhere.calls.push_back(&dispatch_calls_);
  }
  if (!here_.has(RoleName::offline)) {
    elsewhere.offline = &offline_;
    elsewhere.calls.push_back(&offline_calls_);
  }
  if (!here_.has(RoleName::archive)) {
    elsewhere.archive = &archive_;
    elsewhere.calls.push_back(&archive_calls_);
  }
  return elsewhere;
}

Task<Result<void>> PeerClients::reach(RoleName role) {
  auto& caller = role == RoleName::user       ? to_user_
                 : role == RoleName::dispatch ? to_dispatch_
                 : role == RoleName::offline  ? to_offline_
                                              : to_archive_;
  co_return co_await rpc::reach(caller);
}

Task<Result<void>> PeerReach::reach(RoleName role) {
  if (role != RoleName::node) co_return co_await peers_.reach(role);
  CO_TRY(const auto nodes, co_await registry_.nodes());
  if (nodes.empty()) co_return fail(Code::unavailable, "no node has joined the registry");
  if (!linked_()) co_return fail(Code::unavailable, "no link to a node stands");
  co_return Result<void>();
}

Sequencers PeerClients::sequencers() { return {.any = &any_sequencer_, .peers = &sequencers_}; }

}  // namespace godwit::app

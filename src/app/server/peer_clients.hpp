#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/config/config.hpp"
#include "app/config/role_set.hpp"
#include "app/server/distributed_engines.hpp"
#include "app/server/node_watch.hpp"
#include "app/server/readiness.hpp"
#include "app/server/roles.hpp"
#include "relay/relay.hpp"
#include "rpc/archive_client.hpp"
#include "rpc/call_client.hpp"
#include "rpc/connection.hpp"
#include "rpc/dispatch_client.hpp"
#include "rpc/offline_client.hpp"
#include "rpc/process_client.hpp"
#include "rpc/sequencer_client.hpp"
#include "rpc/user_client.hpp"

namespace godwit::app {

/// The way to the roles of other processes. Made before the roles of this one, and ended while loops still run.
class PeerClients {
 public:
  PeerClients(const Config& config, RoleSet here, std::vector<net::EventLoop*> loops, Surroundings with);

  /// Of every role that is not here, and the way to the nodes.
  [[nodiscard]] Elsewhere elsewhere();
  [[nodiscard]] Sequencers sequencers();
  [[nodiscard]] const rpc::Secret& secret() const noexcept { return secret_; }
  /// The nodes of other processes, and how they are dialled.
  [[nodiscard]] const discovery::NodeList& nodes() const noexcept { return far_nodes_; }
  [[nodiscard]] const net::internal::Phone& phone() const noexcept { return phone_; }

  /// The way to any process, whatever its roles.
  [[nodiscard]] processes::Phone& process_phone() noexcept { return process_phone_; }
  /// Whether a process that serves the role answers; not of nodes, which are not called.
  Task<Result<void>> reach(RoleName role);

  /// Clients' calls that change something are answered when this process has heard of it: before the first call.
  void follow(const changes::ChangeFeed& feed);
  /// Knows from now on which nodes live; see NodeWatch.
  void watch_nodes(registry::Registry& registry) { nodes_.start(registry, *loops_.front()); }
  /// Tells every relayed socket to come back (4001), and takes no more.
  void drain();
  [[nodiscard]] std::size_t relayed() const noexcept { return relay_ ? relay_->sockets() : 0; }
  /// Every call that is under way ends `unavailable`. Not on an executor that awaits one.
  void end() { connections_.end(); }

 private:
  gateway::HandOver& make_relay(gateway::HandOver* local);

  const RoleSet here_;
  const relay::Relay::Settings relaying_;
  const std::vector<net::EventLoop*> loops_;
  Log& log_;
  const rpc::Secret secret_;
  const discovery::GivenNodes far_nodes_;
  NodeWatch nodes_;
  const net::internal::Phone phone_;
  const rpc::StaticPeers peers_;
  rpc::Connections connections_;
  rpc::Caller to_user_, to_dispatch_, to_offline_, to_archive_;
  rpc::UserClient user_;
  rpc::DispatchClient dispatch_;
  rpc::OfflineClient offline_;
  rpc::ArchiveClient archive_;
  rpc::SequencerClient any_sequencer_;
  rpc::SequencerClients sequencers_;
  rpc::ProcessPhone process_phone_;
  rpc::CallClient user_calls_, console_calls_, dispatch_calls_, offline_calls_, archive_calls_;
  std::optional<rpc::Heard> heard_;
  std::optional<relay::Relay> relay_;
};

/// Whether the roles of other processes answer; of nodes: whether one lives by the registry, and, where the dispatcher
/// is here, whether a link to one stands.
class PeerReach final : public Reach {
 public:
  /// `linked`: as said, true where no dispatcher is here. All outlive it.
  PeerReach(PeerClients& peers, registry::Registry& registry, std::function<bool()> linked)
      : peers_(peers), registry_(registry), linked_(std::move(linked)) {}
  Task<Result<void>> reach(RoleName role) override;

 private:
  PeerClients& peers_;
  registry::Registry& registry_;
  const std::function<bool()> linked_;
};

}  // namespace godwit::app

#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "app/server/loops.hpp"
#include "app/server/peer_clients.hpp"
#include "app/server/roles.hpp"
#include "link/link_dialler.hpp"
#include "link/link_door.hpp"
#include "relay/socket_door.hpp"
#include "rpc/serve.hpp"

namespace godwit::app {

/// What the other processes of the house ask of this one: calls of its roles, links to its node; and its dispatcher's
/// links to their nodes. Goes before the roles do.
class PeerServer {
 public:
  /// Everything that it is made from outlives it; `console` may be null.
  struct Ground {
    const Config& config;
    RoleSet here;
    Roles& roles;
    gateway::RoleClient* console;
    processes::Service& report;
    const Ports& ports;
    const PeerClients& peers;
    Loops& loops;
    const std::string& dispatcher;  ///< the name of the one here
  };
  PeerServer(const Ground& ground, Surroundings with);
  ~PeerServer();

  /// Listens. The error names the address.
  [[nodiscard]] Result<void> open();
  void start();
  /// Whether a link to a node stands; true where no dispatcher is here.
  [[nodiscard]] bool linked() const { return !dialler_ || dialler_->links() > 0; }
  /// Links that end here: of the dispatcher, and of the node.
  [[nodiscard]] std::size_t links() const {
    return (dialler_ ? dialler_->links() : 0) + (link_door_ ? link_door_->links() : 0);
  }
  /// Callers ask others from now on, dispatchers dial elsewhere; what runs is finished within the time.
  void drain(std::chrono::milliseconds patience);

 private:
  [[nodiscard]] rpc::Services services();
  Result<void> open_node();

  Ground ground_;
  Surroundings with_;
  rpc::UserSource user_source_;
  rpc::Heard heard_;
  std::optional<rpc::NamedSequencer> sequencer_;
  std::optional<rpc::RoleCalls> calls_;
  std::unique_ptr<rpc::Server> server_;
  std::optional<link::LinkDoor> link_door_;
  std::optional<relay::SocketDoor> socket_door_;
  std::optional<net::internal::InternalListener> listener_;
  std::optional<link::LinkDialler> dialler_;
};

}  // namespace godwit::app

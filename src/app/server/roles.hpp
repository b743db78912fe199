#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "app/config/config.hpp"
#include "app/config/role_set.hpp"
#include "app/server/engines.hpp"
#include "app/server/seat.hpp"
#include "app/server/surroundings.hpp"
#include "archive/archive_role.hpp"
#include "dispatch/dispatch_role.hpp"
#include "gateway/gateway_role.hpp"
#include "gateway/ticket_door.hpp"
#include "node/acceptor.hpp"
#include "node/node_role.hpp"
#include "offline/role.hpp"
#include "rpc/cached_users.hpp"
#include "user/accounts/argon2_hasher.hpp"
#include "user/sessions/signing_key.hpp"
#include "user/user_role.hpp"

namespace godwit::app {

/// The setting `registration`, as the user role takes it.
[[nodiscard]] user::Registration registration_of(const Config& config);

/// The gateway's sockets go to the node of this process.
class LocalSockets final : public gateway::HandOver {
 public:
  explicit LocalSockets(node::Acceptor& acceptor) : acceptor_(acceptor) {}
  void take(net::RawSocket socket, user::Proven proven, Slots::Slot) override {
    acceptor_.accept(std::move(socket), std::move(proven));
  }

 private:
  node::Acceptor& acceptor_;
};

/// The roles of other processes, as this one reaches them. Null: nobody here asks that one, or it is here.
struct Elsewhere {
  rpc::UserClient* users = nullptr;
  dispatch::Service* dispatch = nullptr;
  offline::Service* offline = nullptr;
  archive::Service* archive = nullptr;
  std::vector<gateway::RoleClient*> calls{};  ///< of every role that is not here
  /// Makes the way to the nodes of other processes, and to the one here (`local`; null: there is none).
  std::function<gateway::HandOver&(gateway::HandOver* local)> sockets;
};

/// What roles are made from.
struct Ground {
  const Config& config;
  const Ports& ports;
  Elsewhere elsewhere{};
  std::optional<user::SigningKey> signing_key{};  ///< where the user role is here
  std::vector<net::EventLoop*> loops;
  std::string dispatcher = "dispatch-1";  ///< what the dispatcher of this process is called by the nodes
};

/// The roles of one process, each given its ports and the others' services: those here by reference, the others as
/// `Elsewhere` has them. No constructor calls another role.
class Roles {
 public:
  Roles(RoleSet here, Ground ground, Surroundings with);

  changes::ChangeFeed feed;                // outlives those who follow
  std::optional<rpc::CachedUsers> copies;  // where the user role is elsewhere
  std::optional<user::Argon2Hasher> hasher;
  std::optional<user::TokenSigner> signer;
  Seat<user::UserRole> user;
  Seat<node::NodeRole> node;
  std::optional<node::Acceptor> acceptor;
  Seat<archive::ArchiveRole> archive;
  Seat<offline::OfflineRole> offline;
  Seat<dispatch::DispatchRole> dispatch;
  std::optional<LocalSockets> sockets;
  std::optional<gateway::TicketDoor> ticket_door;  // of the node, where clients come to it past the gateway
  std::optional<gateway::SocketOffers> offers;     // of the gateway, the same
  std::optional<gateway::GatewayRole> gateway;

 private:
  void make_user(Ground& ground, Surroundings with);
  void make_node(const Ground& ground, Surroundings with);
  void make_dispatch(const Ground& ground, Surroundings with);
  void make_gateway(const Ground& ground, Surroundings with);
  void link_up(const Ground& ground);

  // Everybody's way to the others: decided before the first role is made.
  user::Service* users_ = nullptr;
  dispatch::Service* dispatch_ = nullptr;
  offline::Service* offline_ = nullptr;
  archive::Service* archive_ = nullptr;
};

}  // namespace godwit::app

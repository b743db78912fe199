#pragma once
#include "app/config/config.hpp"
#include "app/server/engines.hpp"
#include "archive/archive_role.hpp"
#include "dispatch/dispatch_role.hpp"
#include "engine/memory/counts.hpp"
#include "gateway/gateway_role.hpp"
#include "node/acceptor.hpp"
#include "node/node_role.hpp"
#include "offline/role.hpp"
#include "user/accounts/argon2_hasher.hpp"
#include "user/sessions/signing_key.hpp"
#include "user/user_role.hpp"

namespace godwit::app {

/// What every role is given beside its ports.
struct Surroundings {
  const Clock& clock;
  Random& random;
  Log& log;
  Metrics& metrics;
};

/// The setting `registration`, as the user role takes it.
[[nodiscard]] user::Registration registration_of(const Config& config);

/// The gateway's sockets go to the node of this process.
class LocalSockets final : public gateway::HandOver {
 public:
  explicit LocalSockets(node::Acceptor& acceptor) : acceptor_(acceptor) {}
  void take(net::RawSocket socket, user::Proven proven) override {
    acceptor_.accept(std::move(socket), std::move(proven));
  }

 private:
  node::Acceptor& acceptor_;
};

/// The six roles of one process, each given the others' services. They refer to each other in circles, so the order
/// here is only that of construction: no constructor calls another role.
class Roles {
 public:
  Roles(const Config& config, Engines& engines, user::SigningKey key, std::vector<net::EventLoop*> loops,
        Surroundings with);

  changes::ChangeFeed feed;  // outlives those who follow
  engine::memory::MemoryCounts counts;
  user::Argon2Hasher hasher;
  user::TokenSigner signer;
  user::UserRole user;
  node::NodeRole node;
  node::Acceptor acceptor;
  archive::ArchiveRole archive;
  offline::OfflineRole offline;
  dispatch::DispatchRole dispatch;
  LocalSockets sockets;
  gateway::GatewayRole gateway;
};

}  // namespace godwit::app

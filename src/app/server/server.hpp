#pragma once
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/config/load.hpp"
#include "app/server/admin_api.hpp"
#include "app/server/console.hpp"
#include "app/server/debug_echo.hpp"
#include "app/server/engines.hpp"
#include "app/server/house.hpp"
#include "app/server/loops.hpp"
#include "app/server/memory_keeper.hpp"
#include "app/server/open_files.hpp"
#include "app/server/peer_clients.hpp"
#include "app/server/peer_server.hpp"
#include "app/server/readiness.hpp"
#include "app/server/roles.hpp"
#include "app/server/self_report.hpp"
#include "app/server/vital_signs.hpp"
#include "net/http/server.hpp"

namespace godwit::app {

/// A process: its engines and the roles that it runs, opened, started, drained. One thread drives it (main's).
class Server {
 public:
  /// Opens the stores and the ports. The error names what is in the way.
  [[nodiscard]] static Result<std::unique_ptr<Server>> open(const Loaded& settings, Log& log);
  ~Server();

  /// Begins to serve; comes back at once.
  void start();
  /// Takes over what may change while running.
  void reload(const Loaded& settings);
  /// Not ready, every socket told to come back, requests answered, commits done. At most `deadline`.
  void drain(std::chrono::milliseconds deadline);

  /// Where clients connect; 0: the gateway is elsewhere.
  [[nodiscard]] std::uint16_t port() const { return roles_->gateway ? public_.front()->port() : 0; }
  [[nodiscard]] std::uint16_t admin_port() const { return admin_->port(); }

 private:
  Server(const Config& config, Log& log);
  Result<void> open_stores(const Loaded& settings);
  Result<void> open_engines();
  void know_the_house(const Loaded& settings, std::string signing_key);
  Result<void> open_peers();
  Result<void> open_listeners();
  /// For clients: the gateway's, or the node's own. On every loop.
  Result<void> open_doors(const Address& address, const net::HttpHandlers& handlers, net::ConnectionGate& gate);
  [[nodiscard]] net::HttpServer::Settings listener(const Address& address) const;

  Config config_;
  const RoleSet here_;
  Log& log_;
  Metrics metrics_;
  SystemClock clock_;
  SystemRandom random_;
  const Surroundings with_{.clock = clock_, .random = random_, .log = log_, .metrics = metrics_};
  std::atomic<bool> draining_{false};
  MemoryKeeper memory_{metrics_};
  Loops loops_;
  const std::string life_ = random_.id(16);  // new with each start
  const std::string dispatcher_ = "dispatch-" + life_;
  std::unique_ptr<PeerClients> peer_clients_;  // where there are other processes
  std::unique_ptr<Engines> engines_;
  std::unique_ptr<Roles> roles_;
  std::optional<PeerReach> reach_;
  std::optional<Readiness> readiness_;
  std::optional<SelfReport> report_;
  std::optional<House> house_;
  std::optional<Announcer> announcer_;
  std::unique_ptr<PeerServer> peer_server_;
  std::unique_ptr<AdminApi> admin_api_;
  std::unique_ptr<Console> console_;  // where the user role is
  std::unique_ptr<DebugEcho> echo_;
  net::ConnectionGate admin_gate_{{.connections = kAdminConnections}};
  DiskWatch disk_;
  std::vector<std::unique_ptr<net::HttpServer>> public_;  // of the gateway one a loop, then of the node
  std::unique_ptr<net::HttpServer> admin_;
};

}  // namespace godwit::app

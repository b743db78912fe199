#include "app/server/open_files.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <thread>

#include "app/config/role_set.hpp"

namespace godwit::app {
namespace {

constexpr std::uint64_t kOwn = 72;          ///< SQLite's files and their logs, RocksDB's own, standard streams
constexpr std::uint64_t kOfLoop = 3;        ///< epoll, wake-up, listener
constexpr std::uint64_t kFewest = 16;       ///< connections that are worth a start
constexpr std::uint64_t kStoreFiles = 256;  ///< where there are plenty

/// With those that are refused at the door and linger for their answer (net::ConnectionGate).
std::uint64_t with_lingering(std::uint64_t connections) { return connections + connections / 8 + 8; }

/// A gateway that is no node carries sockets to nodes: each is two files.
std::uint64_t files_of_socket(const Config& config) {
  const auto roles = roles_of(config);
  return config.engines == "distributed" && roles.has(RoleName::gateway) && !roles.has(RoleName::node) ? 2 : 1;
}

/// How many listeners take clients: the gateway's, and the node's own where clients come to it past the gateway.
std::uint64_t doors(const Config& config) {
  const auto roles = roles_of(config);
  return (roles.has(RoleName::gateway) ? 1 : 0) +
         (roles.has(RoleName::node) && config.gateway.sockets == "direct" ? 1 : 0);
}

std::uint64_t set_aside(const Config& config, std::uint64_t limit) {
  const std::uint64_t loops =
      config.http.threads != 0 ? config.http.threads : std::max(1U, std::thread::hardware_concurrency());
  return kOwn + kOfLoop * loops + with_lingering(kAdminConnections) +
         static_cast<std::uint64_t>(files_for_store(limit)) + 2 * (config.users.threads + config.archive.threads);
}

}  // namespace

std::uint64_t raise_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  if (limit.rlim_cur != limit.rlim_max) {
    const rlimit raised{.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  return limit.rlim_cur;
}

int files_for_store(std::uint64_t limit) {
  return static_cast<int>(std::clamp<std::uint64_t>(limit / 8, 16, kStoreFiles));
}

Result<Config> fit_connections(Config config, std::uint64_t limit) {
  const std::uint64_t aside = set_aside(config, limit);
  const std::uint64_t of_sockets = files_of_socket(config) * config.socket.connections;
  if (limit >= aside + doors(config) * with_lingering(config.http.connections) + of_sockets) return config;
  if (limit < aside + kFewest + 8) {
    return fail(Code::unavailable,
                fmt::format("the limit of open files is {}, and {} are needed at least: raise it (ulimit -n, or "
                            "LimitNOFILE= in the systemd unit)",
                            limit, aside + kFewest + 8));
  }
  const auto left = static_cast<double>(limit - aside - 8);
  // HTTP connections count for an eighth more; what is left is shared in the proportion that was wished.
  const auto of_http = 1.125 * static_cast<double>(doors(config) * config.http.connections);
  const auto scale = left / (of_http + static_cast<double>(of_sockets));
  const auto scaled = [scale](std::size_t connections) {
    return std::max<std::size_t>(1, static_cast<std::size_t>(static_cast<double>(connections) * scale));
  };
  config.socket.connections = scaled(config.socket.connections);
  if (doors(config) == 0) return config;
  config.http.connections = scaled(config.http.connections);
  // One network must not hold all of them.
  config.limits.connections_per_address =
      std::min(config.limits.connections_per_address, std::max<std::size_t>(1, config.http.connections / 4));
  return config;
}

void warn_of_fewer_connections(const Config& wanted, const Config& fitted, std::uint64_t limit, Log& log) {
  if (wanted.http.connections == fitted.http.connections && wanted.socket.connections == fitted.socket.connections)
    return;
  log.warn("open_files_low", {{"limit", limit},
                              {"http_connections", fitted.http.connections},
                              {"socket_connections", fitted.socket.connections},
                              {"wanted_http_connections", wanted.http.connections},
                              {"wanted_socket_connections", wanted.socket.connections}});
  if (::isatty(STDERR_FILENO) == 0) return;  // a log of JSON lines stays one
  fmt::print(stderr,
             "godwit: the limit of open files is {}: http.connections is {} instead of {}, socket.connections {} "
             "instead of {}; "
             "raise the limit (ulimit -n, or LimitNOFILE= in the systemd unit)\n",
             limit, fitted.http.connections, wanted.http.connections, fitted.socket.connections,
             wanted.socket.connections);
}

}  // namespace godwit::app

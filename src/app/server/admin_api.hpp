#pragma once
#include <atomic>
#include <string>

#include "app/server/engines.hpp"
#include "app/server/roles.hpp"
#include "base/pool.hpp"
#include "gateway/route_table.hpp"

namespace godwit::app {

/// The admin listener's calls: /healthz, /readyz (each engine by name), /metrics, and what `godwit admin` asks. Meant
/// for loopback: there it needs no key; anywhere else config demands `admin.key`. Pages of browsers are kept away by
/// admin_door.hpp; calls that change or show accounts also want `X-Godwit-Admin`.
class AdminApi {
 public:
  /// `draining`: not ready any more.
  AdminApi(Engines& engines, Roles& roles, Surroundings with, Config::Admin settings, const std::atomic<bool>& draining);

  Task<net::Response> handle(net::Request& request);
  [[nodiscard]] net::Response refuse(const Error& error) const;
  void stop();  ///< gives up a running backup, and comes back when it has ended

 private:
  Task<gateway::Answer> answer(gateway::Call& call);
  [[nodiscard]] Result<void> authorise(const net::Request& request) const;
  Task<gateway::Answer> ready();
  gateway::Routes operations();  ///< open to monitors

  Engines& engines_;
  Roles& roles_;
  Surroundings with_;
  const Config::Admin settings_;
  const std::atomic<bool>& draining_;
  const Millis started_;
  gateway::RouteTable open_, guarded_;
  std::atomic<bool> ending_{false};
  Pool work_;  // one backup at a time
};

}  // namespace godwit::app

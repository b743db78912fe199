#pragma once
#include <atomic>
#include <optional>
#include <string>

#include "app/server/admin_calls.hpp"
#include "app/server/dead_letter_calls.hpp"
#include "app/server/engines.hpp"
#include "app/server/roles.hpp"
#include "base/pool.hpp"
#include "gateway/route_table.hpp"
#include "net/http/http.hpp"

namespace godwit::app {

/// The admin listener's calls: /healthz, /readyz (each engine by name), /metrics, and what `godwit admin` asks. Meant
/// for loopback: there it needs no key; anywhere else config demands `admin.key`. Pages of browsers are kept away by
/// admin_door.hpp; calls that change or show accounts also want `X-Godwit-Admin`.
class AdminApi {
 public:
  /// `data`: the directory whose disk is watched. `draining`: not ready any more. Without the user role in this
  /// process health, readiness and metrics are all there is.
  AdminApi(Engines& engines, Roles& roles, Surroundings with, const Config& config, const std::atomic<bool>& draining);

  Task<net::Response> handle(net::Request& request);
  [[nodiscard]] net::Response refuse(const Error& error) const;
  void stop();  ///< gives up a running backup, and comes back when it has ended

 private:
  using Operations = gateway::CallTable<AdminApi>;
  static Operations operations(AdminApi& api);  ///< open to monitors
  Task<gateway::Answer> answer(net::Request& request);
  [[nodiscard]] Result<void> authorise(const net::Request& request) const;
  Task<gateway::Answer> ready();
  Task<gateway::Answer> figures();

  Engines& engines_;
  Surroundings with_;
  const Config::Admin settings_;
  const std::string data_;
  const std::atomic<bool>& draining_;
  const Millis started_;
  std::atomic<bool> ending_{false};
  Pool work_;  // one backup at a time
  /// What operators do, where the user role is.
  struct Administration {
    AdminCalls admin;
    DeadLetterCalls letters;
    gateway::CallTable<AdminCalls> admin_calls = table_of(admin);
    gateway::CallTable<DeadLetterCalls> letter_calls = table_of(letters);
  };
  Operations operations_ = operations(*this);
  std::optional<Administration> administration_;
  gateway::RouteTable open_, guarded_;
};

}  // namespace godwit::app

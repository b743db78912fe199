#pragma once
#include <atomic>
#include <optional>
#include <string>

#include "app/server/admin_calls.hpp"
#include "app/server/dead_letter_calls.hpp"
#include "app/server/engines.hpp"
#include "app/server/house.hpp"
#include "app/server/readiness.hpp"
#include "app/server/roles.hpp"
#include "base/pool.hpp"
#include "gateway/route_table.hpp"
#include "net/http/http.hpp"

namespace godwit::app {

/// The admin listener's calls: /healthz, /readyz (what it stands on, by name), /metrics, and what `godwit admin` asks.
/// Meant for loopback: there it needs no key; anywhere else config demands `admin.key`. Pages of browsers are kept away
/// by admin_door.hpp; calls that change or show accounts also want `X-Godwit-Admin`.
class AdminApi {
 public:
  /// All of it outlives the calls. `draining`: not ready any more.
  struct Ground {
    Engines& engines;
    Roles& roles;
    Readiness& readiness;
    House& house;
    const std::atomic<bool>& draining;
  };
  /// Without the user role in this process health, readiness, metrics and the list of processes are all there is.
  AdminApi(const Ground& ground, Surroundings with, const Config& config);

  Task<net::Response> handle(net::Request& request);
  [[nodiscard]] net::Response refuse(const Error& error) const;
  void stop();  ///< gives up a running backup, and comes back when it has ended

 private:
  using Operations = gateway::CallTable<AdminApi>;
  static Operations operations(AdminApi& api);     ///< open to monitors
  static Operations process_calls(AdminApi& api);  ///< to operators
  Task<gateway::Answer> answer(net::Request& request);
  [[nodiscard]] Result<void> authorise(const net::Request& request) const;
  Task<gateway::Answer> ready();
  Task<gateway::Answer> figures();
  Task<gateway::Answer> processes();

  Readiness& readiness_;
  House& house_;
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
  Operations operations_ = operations(*this), process_calls_ = process_calls(*this);
  std::optional<Administration> administration_;
  gateway::RouteTable open_, guarded_;
};

}  // namespace godwit::app

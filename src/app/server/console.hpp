#pragma once
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/config/load.hpp"
#include "app/server/engines.hpp"
#include "app/server/house.hpp"
#include "app/server/roles.hpp"
#include "service/call_table.hpp"

namespace godwit::app {

/// A setting as the admin page shows it: values as JSON, nothing of a secret's.
struct SettingRow {
  std::string name, value, standard, source, doc;  ///< `source`: default, file, environment or flag
  bool reloads = false, secret = false;
};
/// By name, ascending.
[[nodiscard]] std::vector<SettingRow> rows_of(const Loaded& settings);

/// What the admin page asks about the processes: overview, rates, nodes, processes, shards of all of them; settings of
/// this one. The calls about people are the roles' own.
class Console {
 public:
  Console(Engines& engines, Roles& roles, House& house, Millis started_at, Surroundings with, const Loaded& settings);

  /// What it answers, for who forwards it.
  [[nodiscard]] static std::span<const gateway::RouteSpec> routes();
  [[nodiscard]] gateway::RoleClient& calls() noexcept { return calls_; }
  /// After a reload: what is in force now. Any thread.
  void show(const Loaded& settings);

 private:
  using Calls = gateway::CallTable<Console>;
  static Calls table(Console& console);
  Task<gateway::Answer> overview();
  Task<gateway::Answer> rates(gateway::Call& call);
  Task<gateway::Answer> nodes(gateway::Call& call);
  Task<gateway::Answer> processes(gateway::Call& call);
  Task<gateway::Answer> shards();
  Task<gateway::Answer> settings(gateway::Call& call);

  Engines& engines_;
  Roles& roles_;
  House& house_;
  Surroundings with_;
  const Millis started_at_;
  std::mutex mutex_;
  std::shared_ptr<const std::vector<SettingRow>> settings_;
  Calls calls_ = table(*this);
};

}  // namespace godwit::app

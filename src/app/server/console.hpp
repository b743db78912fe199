#pragma once
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/config/load.hpp"
#include "app/server/engines.hpp"
#include "app/server/rate_history.hpp"
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

/// What the admin page asks about the process itself: overview, rates, nodes, settings. The calls about people are the
/// roles' own.
class Console {
 public:
  Console(Engines& engines, Roles& roles, Surroundings with, const Loaded& settings);

  /// What it answers, for who forwards it.
  [[nodiscard]] static std::span<const gateway::RouteSpec> routes();
  [[nodiscard]] gateway::RoleClient& calls() noexcept { return calls_; }
  /// Samples the rates from now on; `loop` runs no jobs any more when this goes.
  void start(Executor& loop);
  /// After a reload: what is in force now. Any thread.
  void show(const Loaded& settings);

 private:
  using Calls = gateway::CallTable<Console>;
  static Calls table(Console& console);
  Task<gateway::Answer> overview();
  Task<gateway::Answer> rates(gateway::Call& call);
  Task<gateway::Answer> nodes(gateway::Call& call);
  Task<gateway::Answer> settings(gateway::Call& call);
  void sample_later(Executor& loop);
  [[nodiscard]] std::size_t sockets() const;
  [[nodiscard]] std::size_t online_users() const;

  Engines& engines_;
  Roles& roles_;
  Surroundings with_;
  const Millis started_at_;
  RateHistory history_;
  std::mutex mutex_;
  std::shared_ptr<const std::vector<SettingRow>> settings_;
  Calls calls_ = table(*this);
};

}  // namespace godwit::app

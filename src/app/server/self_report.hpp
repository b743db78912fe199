#pragma once
#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "app/config/load.hpp"
#include "app/server/engines.hpp"
#include "app/server/rate_history.hpp"
#include "app/server/readiness.hpp"
#include "app/server/roles.hpp"
#include "service/processes.hpp"

namespace godwit::app {

/// What this process tells of itself, to its own operators and to other processes. Any thread.
class SelfReport final : public processes::Service {
 public:
  /// All of it outlives the report. `relayed`: sockets that the gateway carries to nodes elsewhere.
  struct Ground {
    Engines& engines;
    Roles& roles;
    Readiness& readiness;
    const std::atomic<bool>& draining;
    std::function<std::size_t()> relayed;
    std::string signing_key{};  ///< its fingerprint, where there is one
  };
  SelfReport(processes::Entry self, Ground ground, Surroundings with, const Loaded& settings);

  Task<Result<processes::Account>> tell(processes::Question question) override;
  /// How the others list it.
  [[nodiscard]] const processes::Entry& self() const noexcept { return self_; }
  [[nodiscard]] Millis started_at() const noexcept { return started_at_; }

  /// Samples the rates from now on; `loop` runs no jobs any more when this goes.
  void start(Executor& loop) { sample_later(loop); }
  /// After a reload: what is in force now.
  void show(const Loaded& settings);

 private:
  [[nodiscard]] std::size_t sockets() const;
  void sample_later(Executor& loop);

  const processes::Entry self_;
  const Ground ground_;
  const Surroundings with_;
  const Millis started_at_;
  RateHistory history_;
  Millis last_sample_ = 0;  // of the loop alone
  std::mutex mutex_;
  std::vector<processes::Setting> settings_;
};

/// How a process with these settings is listed: a name that operators know it by, its address where it has one.
[[nodiscard]] processes::Entry entry_of(const Config& config, std::string id);
/// Tells keys apart, and says nothing of them.
[[nodiscard]] std::string fingerprint(const user::SigningKey& key);

}  // namespace godwit::app

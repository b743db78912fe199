#pragma once
#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/metrics.hpp"
#include "base/random.hpp"
#include "dispatch/ledger_store.hpp"
#include "engine/mysql/connections.hpp"
#include "engine/mysql/ledger_tables.hpp"

namespace godwit::mysql {

/// dispatch::LedgerStore in one database. Commits have a thread and a connection of their own, so that no reader holds
/// them up; everything else shares `settings.connections`. 64 commits and 1024 other calls may wait.
class LedgerStore final : public dispatch::LedgerStore {
 public:
  static constexpr std::size_t kCommitConnections = 1;  ///< besides settings.connections
  /// Connects, and makes or brings on the tables; blocks. `shards`: those that the database is for. An error's detail
  /// says what is wrong with the server, and is for whoever starts the process.
  static Result<std::unique_ptr<LedgerStore>> open(const Settings& settings, Random& random, Log& log, Metrics& metrics,
                                                   const Shards& shards = Shards().set());

  /// Of its life, as it was when it was opened.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  Task<Result<dispatch::Roll>> attend(dispatch::Attendance attendance) override;
  Task<Result<dispatch::Known>> look_up(dispatch::LookUp what) override;
  Task<Result<dispatch::Outcome>> commit(dispatch::Batch batch) override;
  Task<Result<std::vector<dispatch::LogRow>>> rows(Shard shard, Position after, std::size_t limit) override;
  Task<Result<std::vector<MessagePtr>>> tail(dispatch::Stretch stretch) override;
  Task<Result<std::vector<dispatch::Stay>>> stays(dispatch::StaysOf whose) override;
  Task<Result<void>> set_relayed(std::vector<std::pair<Shard, Position>> positions) override;
  /// In steps of 256 rows, each a transaction of its own: none holds a lock for long.
  Task<Result<std::size_t>> trim(Millis log_before, Millis sent_before, std::size_t limit) override;

 private:
  LedgerStore(std::string name, const Settings& settings, Log& log, Metrics& metrics);

  Answer<std::size_t> trim_log(Connection& connection, Millis before, std::size_t limit);

  const std::string name_;
  Histogram& commit_seconds_;
  std::atomic<Shard> trimmed_last_{0};  ///< the next call begins behind it
  Connections commits_, others_;
};

}  // namespace godwit::mysql

#pragma once
#include <memory>
#include <optional>
#include <string>

#include "app/config/config.hpp"
#include "app/config/role_set.hpp"
#include "app/server/engines.hpp"
#include "app/server/surroundings.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "base/worker.hpp"
#include "bus/broker_bus.hpp"
#include "dispatch/routed_ledger.hpp"
#include "dispatch/sequencer.hpp"
#include "engine/elasticsearch/archive.hpp"
#include "engine/mysql/accounts_database.hpp"
#include "engine/mysql/dead_letters.hpp"
#include "engine/mysql/ledger_databases.hpp"
#include "engine/mysql/positions.hpp"
#include "engine/redis/applied_positions.hpp"
#include "engine/redis/change_log.hpp"
#include "engine/redis/client.hpp"
#include "engine/redis/counts.hpp"
#include "engine/redis/inbox.hpp"
#include "engine/redis/process_registry.hpp"
#include "engine/redis/registry.hpp"
#include "engine/rocketmq/broker.hpp"
#include "inbox/kept_cursors.hpp"
#include "inbox/ledger_inbox.hpp"
#include "inbox/ledger_refill.hpp"
#include "inbox/write_behind.hpp"

namespace godwit::app {

/// Who numbers, as a process reaches them that does not: any of the dispatchers, and each by its name.
struct Sequencers {
  sequencer::Service* any = nullptr;  ///< null: no consumer here, or a dispatcher is
  sequencer::Peers* peers = nullptr;  ///< the other dispatchers; null: no dispatcher is here, or it is the only one
};

/// How long the ledger knows a send: a `clientId` holds for at least 7 days.
inline constexpr Millis kSentKept = 8 * 86'400'000;

/// What an engine's settings are made from, wherever one is opened.
[[nodiscard]] mysql::Settings mysql_settings(const Config& config);
[[nodiscard]] std::vector<mysql::Settings> ledger_settings(const Config& config);
[[nodiscard]] engine::elasticsearch::Settings elasticsearch_settings(const Config& config);
[[nodiscard]] redis::Settings redis_settings(const Config& config);

/// The engines of one process among many: MySQL, Redis, RocketMQ and Elasticsearch, of each what the roles here need.
class DistributedEngines final : public Engines {
 public:
  /// `self`: this process's dispatcher, where it is one: a name that is new with each start, and where others call it.
  struct Wanted {
    const Config& config;
    RoleSet here;
    Sequencers sequencers{};
    dispatch::Dispatcher self{};
  };
  /// Reaches each engine and looks at its settings; the error names the one that is wrong, and what.
  [[nodiscard]] static Result<std::unique_ptr<DistributedEngines>> open(const Wanted& wanted, Surroundings with);
  ~DistributedEngines() override;

  [[nodiscard]] const Ports& ports() const noexcept override { return ports_; }
  void start() override;
  void stop() override;
  [[nodiscard]] Task<std::vector<EngineState>> states() override;
  [[nodiscard]] Task<Result<EngineFigures>> figures() override;
  [[nodiscard]] std::vector<Shard> shards() const override;
  [[nodiscard]] Result<void> backup(const std::string& directory, const std::atomic<bool>& cancelled) override;

 private:
  explicit DistributedEngines(Surroundings with) : with_(with) {}
  Result<void> open_redis(const Config& config);
  Result<void> open_people(const Config& config);
  Result<void> open_messages(const Wanted& wanted);
  Result<void> open_inbox(const Config& config);
  void make_dispatcher(const Wanted& wanted);
  void make_bus(const Wanted& wanted);
  Result<void> open_archive(const Config& config);
  Task<void> trim();
  Task<Result<std::uint64_t>> archive_lag();

  const Surroundings with_;
  Millis keep_ = 0;                              ///< of the ledger's rows
  sequencer::Service* any_sequencer_ = nullptr;  ///< of another process
  std::atomic<bool> stopped_{false};
  std::unique_ptr<redis::Client> redis_;
  std::unique_ptr<redis::RedisChangeLog> changes_;
  std::unique_ptr<redis::RedisRegistry> registry_;
  std::unique_ptr<redis::RedisProcessRegistry> processes_;
  std::unique_ptr<redis::RedisCounts> counts_;
  std::unique_ptr<redis::RedisAppliedPositions> applied_;
  std::unique_ptr<mysql::Positions> positions_;
  std::unique_ptr<redis::RedisInbox> inbox_;
  std::unique_ptr<mysql::AccountsDatabase> accounts_;
  std::unique_ptr<engine::elasticsearch::ElasticArchive> archive_;
  std::unique_ptr<rocketmq::Broker> broker_;
  std::unique_ptr<mysql::DeadLetters> dead_letters_;
  std::unique_ptr<dispatch::LedgerStore> ledger_store_;
  std::unique_ptr<bus::CommittedRows> rows_;     ///< of it, for consumers
  std::optional<Worker> numbering_, consuming_;  ///< the homes of sequencer and relay, and of the bus
  std::optional<dispatch::Relay> relay_;
  std::optional<dispatch::Sequencer> sequencer_;
  std::optional<dispatch::RoutedLedger> ledger_;
  std::optional<bus::BrokerBus> bus_;
  std::optional<inbox::LedgerRefill> refill_;  ///< this and below: where the inbox is
  std::optional<inbox::WriteBehind> behind_;
  std::optional<inbox::KeptCursors> cursors_;
  std::optional<inbox::LedgerInbox> late_;
  Ports ports_;
};

}  // namespace godwit::app

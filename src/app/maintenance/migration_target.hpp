#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/config/config.hpp"
#include "app/maintenance/tools.hpp"
#include "engine/elasticsearch/archive.hpp"
#include "engine/mysql/transfer.hpp"
#include "engine/redis/client.hpp"
#include "user/sessions/signing_key.hpp"

namespace godwit::app {

/// The engines that a data directory is moved to. Blocks; one thread.
class MigrationTarget {
 public:
  /// Makes what is missing in MySQL and Elasticsearch, and looks whether this move may go there, `source` being the
  /// name of the directory's life: bad_parameter where something else is there, unavailable where processes run on it.
  [[nodiscard]] static Result<std::unique_ptr<MigrationTarget>> open(const Config& config, const std::string& source,
                                                                     Tools& tools);

  [[nodiscard]] const mysql::Transfer::Move& move() const noexcept { return move_; }
  [[nodiscard]] mysql::Transfer& home() noexcept { return *home_; }
  /// The databases of the ledger, each with its part of the shards.
  [[nodiscard]] std::vector<mysql::Transfer>& ledger() noexcept { return ledger_; }
  [[nodiscard]] std::size_t part_of(Shard shard) const { return map_[shard]; }
  [[nodiscard]] engine::elasticsearch::ElasticArchive& archive() noexcept { return *archive_; }
  [[nodiscard]] const engine::elasticsearch::Settings& index() const noexcept { return index_; }

  /// The file that `cluster.signing_key` names has this key from now on. bad_parameter: it has another one, by which
  /// nobody's token would be good any more.
  [[nodiscard]] Result<void> take_key(const user::SigningKey& key);
  /// What was put counts as numbered, relayed and taken by inbox and archive; the inbox goes on with the source's
  /// epoch. Again: does no harm.
  [[nodiscard]] Result<void> settle();
  [[nodiscard]] Result<void> finish() { return home_->finish(); }

 private:
  MigrationTarget(const Config& config, Tools& tools);
  [[nodiscard]] Result<void> make_tables();
  [[nodiscard]] Result<void> connect();
  [[nodiscard]] Result<void> refuse_processes();
  [[nodiscard]] Result<void> begin_or_go_on(const std::string& source);
  [[nodiscard]] Result<void> refuse_other_data();
  [[nodiscard]] Result<void> count_as_applied(const std::map<Shard, Position>& last);

  const Config& config_;
  Tools& tools_;
  const engine::elasticsearch::Settings index_;
  std::vector<std::size_t> map_;
  mysql::Transfer::Move move_;
  std::unique_ptr<redis::Client> redis_;
  std::optional<mysql::Transfer> home_;
  std::vector<mysql::Transfer> ledger_;
  std::unique_ptr<engine::elasticsearch::ElasticArchive> archive_;
};

}  // namespace godwit::app

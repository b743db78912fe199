#include "app/maintenance/migration_target.hpp"

#include <sys/stat.h>

#include "app/server/distributed_engines.hpp"
#include "base/whole_file.hpp"
#include "dispatch/parted_ledger_store.hpp"
#include "engine/elasticsearch/cluster.hpp"
#include "engine/elasticsearch/scan.hpp"
#include "engine/mysql/moved_tables.hpp"
#include "engine/redis/check.hpp"
#include "engine/redis/process_registry.hpp"
#include "engine/soci/moved_tables.hpp"

namespace godwit::app {
namespace {

constexpr Millis kSilent = 5 * processes::Registry::kBeat;  // who was silent for so long does not run any more
constexpr std::string_view kOther =
    ": it has other data already. A directory is moved to engines that have nothing yet: give other databases, and "
    "other prefixes, or empty these";

std::unexpected<Error> other_data(const std::string& where) {
  return fail(Code::bad_parameter, where + std::string(kOther));
}

}  // namespace

MigrationTarget::MigrationTarget(const Config& config, Tools& tools)
    : config_(config), tools_(tools), index_(elasticsearch_settings(config)) {
  const auto map = dispatch::PartedLedgerStore::even(ledger_settings(config).size());
  map_.assign(map.begin(), map.end());
}

Result<std::unique_ptr<MigrationTarget>> MigrationTarget::open(const Config& config, const std::string& source,
                                                               Tools& tools) {
  std::unique_ptr<MigrationTarget> target(new MigrationTarget(config, tools));
  CHECK_OK(target->make_tables());
  CHECK_OK(target->connect());
  CHECK_OK(target->begin_or_go_on(source));
  return target;
}

Result<void> MigrationTarget::make_tables() {
  const auto home = mysql_settings(config_);
  CHECK_OK(mysql::AccountsDatabase::open(home, {}, tools_.clock, tools_.log, tools_.metrics));
  CHECK_OK(mysql::open_ledger(ledger_settings(config_), home, tools_.random, tools_.log, tools_.metrics));
  CHECK_OK(mysql::Positions::open(home, tools_.clock, tools_.log, tools_.metrics));
  CHECK_OK(mysql::DeadLetters::open(home, tools_.clock, tools_.log, tools_.metrics, {}));
  return {};
}

Result<void> MigrationTarget::connect() {
  TRY(home_, mysql::Transfer::open(mysql_settings(config_), "home"));
  for (const auto& part : ledger_settings(config_)) {
    TRY(auto opened, mysql::Transfer::open(part, "ledger"));
    ledger_.push_back(std::move(opened));
  }
  archive_ = std::make_unique<engine::elasticsearch::ElasticArchive>(index_, tools_.log);
  CHECK_OK(sync_wait(archive_->prepare()));
  redis_ = std::make_unique<redis::Client>(redis_settings(config_), tools_.log);
  return sync_wait(redis::check(*redis_));
}

Result<void> MigrationTarget::refuse_processes() {
  redis::RedisProcessRegistry registry(*redis_);
  TRY(const auto entries, sync_wait(registry.entries()));
  for (const auto& entry : entries)
    if (entry.silent < kSilent)
      return fail(Code::unavailable, "processes run on these engines, " + entry.name + " among them: end them first");
  return {};
}

/// Everything is looked at before anything is written.
Result<void> MigrationTarget::begin_or_go_on(const std::string& source) {
  TRY(const auto before, home_->move());
  if (before && before->source != source)
    return other_data("mysql " + config_.mysql.database + ", filled from another data directory");
  if (!before || !before->finished) CHECK_OK(refuse_processes());
  if (before) return move_ = *before, Result<void>();
  CHECK_OK(refuse_other_data());
  const auto now = tools_.clock.now();
  move_ = {.source = source,
           .log_from = now - to_millis(config_.inbox.keep).count(),
           .sent_from = now - kSentKept,
           .finished = false};
  return home_->begin(move_);
}

Result<void> MigrationTarget::refuse_other_data() {
  const auto has_rows = [](mysql::Transfer& database, std::string_view table) -> Result<void> {
    TRY(const bool empty, database.empty(table));
    if (!empty) return other_data("mysql, the table " + std::string(table));
    return {};
  };
  for (const auto& table : engine::soci::moved_tables()) CHECK_OK(has_rows(*home_, table.name));
  for (const auto& table : {mysql::kMovedDevices, mysql::kMovedPositions}) CHECK_OK(has_rows(*home_, table.name));
  for (auto& part : ledger_) {
    for (const auto& table : {mysql::kMovedHeads, mysql::kMovedSent, mysql::kMovedStays, mysql::kMovedLog})
      CHECK_OK(has_rows(part, table.name));
    TRY(const bool numbered, part.numbered());
    if (numbered) return other_data("mysql, the table ledger_shards");
  }
  engine::elasticsearch::Cluster cluster(index_);
  CHECK_OK(sync_wait(cluster.refreshed()));
  TRY(const auto some, sync_wait(engine::elasticsearch::Scan(cluster).next()));
  if (!some.empty()) return other_data("elasticsearch, the index " + index_.index);
  TRY(const auto epoch, sync_wait(redis_->run(redis::Command{.words = {"EXISTS", redis_->key("epoch")}})));
  redis::RedisAppliedPositions applied(*redis_);
  TRY(const auto taken, sync_wait(applied.contiguous(dispatch::Topic::offline)));
  if (epoch.integer() != 0 || std::ranges::any_of(taken, [](Position position) { return position > 0; }))
    return other_data("redis, the keys that begin with " + redis_->key(""));
  return {};
}

Result<void> MigrationTarget::take_key(const user::SigningKey& key) {
  const auto& path = config_.cluster.signing_key;
  const std::string_view bytes(reinterpret_cast<const char*>(key.data()), key.size());
  struct stat about{};
  if (::stat(path.c_str(), &about) != 0) {
    const auto put = put_first_file(path, bytes);
    if (!put) return fail(Code::bad_parameter, "cluster.signing_key, " + path + ": " + put.error());
  }
  TRY(const auto there, user::load_or_make_signing_key(path, tools_.random));
  if (there == key) return {};
  return fail(Code::bad_parameter, "cluster.signing_key, " + path +
                                       ": is another key than the directory's, and would end everybody's session. "
                                       "Remove it, and the directory's is put there");
}

Result<void> MigrationTarget::settle() {
  std::map<Shard, Position> last;
  for (auto& part : ledger_) {
    CHECK_OK(part.set_positions());
    TRY(auto own, part.last_positions());
    last.merge(own);
  }
  TRY(const auto epoch, home_->name_life(move_.source));
  if (epoch != move_.source) return fail(Code::internal, "inbox_life has another epoch: " + epoch);
  return count_as_applied(last);
}

Result<void> MigrationTarget::count_as_applied(const std::map<Shard, Position>& last) {
  redis::RedisAppliedPositions applied(*redis_);
  std::vector<bus::AppliedRange> ranges;
  for (const auto& [shard, position] : last) ranges.push_back({.shard = shard, .first = 1, .last = position});
  for (const auto topic : {dispatch::Topic::store, dispatch::Topic::offline})
    CHECK_OK(sync_wait(applied.add(topic, ranges)));
  return {};
}

}  // namespace godwit::app

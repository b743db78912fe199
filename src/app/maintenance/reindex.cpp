#include "app/maintenance/reindex.hpp"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>

#include "app/maintenance/data_lock.hpp"
#include "app/maintenance/tools.hpp"
#include "app/server/distributed_engines.hpp"
#include "app/server/embedded_engines.hpp"
#include "engine/elasticsearch/cluster.hpp"
#include "engine/elasticsearch/prepare_index.hpp"
#include "engine/elasticsearch/put_batch.hpp"
#include "engine/elasticsearch/rebuild.hpp"
#include "engine/mysql/transfer.hpp"
#include "engine/sqlite/archive_index.hpp"
#include "wire/record.hpp"

namespace godwit::app {
namespace {

using SteadyClock = std::chrono::steady_clock;
using engine::elasticsearch::Cluster;
constexpr std::size_t kRows = 1000;
constexpr auto kSayEvery = std::chrono::seconds(2);

/// Says so at most every two seconds.
class Now {
 public:
  bool then() {
    if (SteadyClock::now() < next_) return false;
    next_ = SteadyClock::now() + kSayEvery;
    return true;
  }

 private:
  SteadyClock::time_point next_ = SteadyClock::now() + kSayEvery;
};

/// The index out of itself; where it is gone, an empty one.
Result<void> rebuild_index(const engine::elasticsearch::Settings& settings, Log& log, const Say& say) {
  Cluster cluster(settings);
  const auto there = sync_wait(engine::elasticsearch::check_index(cluster));
  if (!there && there.error().code == Code::not_found) {
    CHECK_OK(sync_wait(engine::elasticsearch::prepare_index(cluster)));
    say("there was no index " + settings.index + ": an empty one was made");
    return {};
  }
  Now now;
  TRY(const auto rebuilt, engine::elasticsearch::rebuild(settings, log, [&](std::uint64_t copied) {
        if (now.then()) say(fmt::format("{}: {} so far", settings.index, copied));
      }));
  say(fmt::format("{}: {} messages in {} and {}, compared one by one; {} serves from now on, {} is left as it is",
                  settings.index, rebuilt.messages, rebuilt.from, rebuilt.to, rebuilt.to, rebuilt.from));
  return {};
}

/// Goes through all that the ledger has, a shard after the other.
Result<std::uint64_t> walk_ledger(dispatch::LedgerStore& ledger, const auto& take) {
  std::uint64_t rows = 0;
  for (Shard shard = 0; shard < kShards; ++shard) {
    for (Position after = 0;;) {
      TRY(const auto some, sync_wait(ledger.rows(shard, after, kRows)));
      if (some.empty()) break;
      after = some.back().position;
      rows += some.size();
      std::vector<MessagePtr> messages;
      for (const auto& row : some) messages.push_back(row.message);
      CHECK_OK(take(std::move(messages)));
    }
  }
  return rows;
}

Result<void> put(Cluster& cluster, std::vector<MessagePtr> messages) {
  if (messages.empty()) return {};
  engine::elasticsearch::PutBatch batch(cluster, messages);
  return sync_wait(batch.run());
}

Result<std::map<std::string, MessagePtr>> documents_of(Cluster& cluster, const std::vector<MessagePtr>& messages) {
  std::vector<std::string> ids;
  for (const auto& message : messages) ids.push_back(message->id.str());
  return sync_wait(engine::elasticsearch::get_documents(cluster, std::move(ids)));
}

/// Puts what is missing, and sees that it is there: as it is in the ledger, or recalled.
Result<std::size_t> fill_in(Cluster& cluster, std::vector<MessagePtr> messages) {
  TRY(const auto before, documents_of(cluster, messages));
  std::size_t missing = 0;
  for (const auto& message : messages) {
    const auto found = before.find(message->id.str());
    missing += found == before.end() || found->second == nullptr ? 1 : 0;
  }
  CHECK_OK(put(cluster, messages));
  TRY(const auto after, documents_of(cluster, messages));
  for (const auto& message : messages) {
    const auto found = after.find(message->id.str());
    const auto record = found == after.end() || !found->second ? std::string() : wire::encode_record(*found->second);
    if (record != wire::encode_record(*message) && record != wire::encode_record(without_text(*message)))
      return fail(Code::internal, "the index has not what the ledger has: " + message->id.str());
  }
  return missing;
}

/// Recalls first: a text that was recalled is not to be read between two batches.
Result<void> fill_from_ledger(Cluster& cluster, dispatch::LedgerStore& ledger, const Say& say) {
  CHECK_OK(walk_ledger(ledger, [&](std::vector<MessagePtr> messages) -> Result<void> {
    std::erase_if(messages, [](const MessagePtr& message) { return message->type != Type::recalled; });
    return put(cluster, std::move(messages));
  }));
  std::size_t missing = 0;
  TRY(const auto rows, walk_ledger(ledger, [&](std::vector<MessagePtr> messages) -> Result<void> {
        TRY(const auto some, fill_in(cluster, std::move(messages)));
        missing += some;
        return {};
      }));
  say(fmt::format("ledger: {} messages, all of them in the index; {} were missing", rows, missing));
  return {};
}

}  // namespace

Result<void> reindex(const Config& config, const Say& say) {
  Tools tools;
  const auto home = mysql_settings(config);
  CHECK_OK(mysql::refuse_unfinished_move(home));
  const auto settings = elasticsearch_settings(config);
  CHECK_OK(rebuild_index(settings, tools.log, say));
  TRY(const auto ledger, mysql::open_ledger(ledger_settings(config), home, tools.random, tools.log, tools.metrics));
  Cluster cluster(settings);
  return fill_from_ledger(cluster, *ledger, say);
}

Result<void> reindex(const std::string& data, const Say& say) {
  const DataPaths paths(data);
  std::error_code problem;
  if (!std::filesystem::exists(paths.archive(), problem))
    return fail(Code::bad_parameter, data + " is no data directory of godwit: it has no archive.db");
  TRY(const auto lock, DataLock::take(data));
  Now now;
  TRY(const auto messages, engine::sqlite::make_index_anew(paths.archive(), [&](std::int64_t left) {
        if (now.then()) say(fmt::format("search index: {} left", left));
      }));
  say(fmt::format("search index: made of {} messages", messages));
  return {};
}

}  // namespace godwit::app

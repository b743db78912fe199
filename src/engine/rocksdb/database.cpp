#include "engine/rocksdb/database.hpp"

#include "domain/message_time.hpp"
#include "engine/rocksdb/epoch.hpp"
#include "engine/rocksdb/readers.hpp"

namespace godwit::rocks {

Database::Database(std::unique_ptr<Store> store, std::string epoch, const Settings& settings, const Clock& clock,
                   Log& log, Metrics& metrics)
    : store_(std::move(store)),
      reads_("rocks-read", settings.read_threads, settings.waiting_reads),
      recent_(settings),
      committer_(*store_, settings, log, metrics),
      ledger_(*store_, committer_, recent_, reads_, settings, clock),
      dead_letters_(*store_, committer_, reads_, clock, log, metrics,
                    [this](dispatch::Topic topic, MessagePtr message) {
                      return bus_.hand_again(topic, std::move(message));
                    }),
      bus_(*store_, committer_, recent_, dead_letters_, settings, log, metrics),
      timeline_(*store_, committer_, reads_, settings, [this] { return bus_.untaken(); }, std::move(epoch)),
      cursors_(*store_, committer_, reads_, settings, clock, [this] { return bus_.untaken(); }) {
  committer_.attach(ledger_);
  committer_.attach(cursors_);
  committer_.attach(bus_);
  metrics.queue({.name = "messages-read",
                 .metric = "godwit_messages_read_waiting",
                 .help = "Reads that wait for the message store.",
                 .bound = settings.waiting_reads,
                 .depth = [this] { return reads_.waiting(); }});
}

Database::Kept Database::kept() const {
  const Store::Use use(*store_);
  if (!use) return {};
  const auto number = [this](const char* property) {
    std::uint64_t value = 0;
    store_->db().GetIntProperty(store_->family(Family::entries), property, &value);
    return value;
  };
  return {.entries = number("rocksdb.estimate-num-keys"), .bytes = number("rocksdb.estimate-live-data-size")};
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& directory, const Settings& settings,
                                                 const Clock& clock, Log& log, Metrics& metrics, ::rocksdb::Env* env) {
  TRY(auto store, Store::open(directory, settings, clock, log, env));
  CHECK_OK(prepare_readers(*store));
  TRY(auto epoch, read_or_make_epoch(directory));
  std::unique_ptr<Database> database(new Database(std::move(store), std::move(epoch), settings, clock, log, metrics));
  CHECK_OK(database->bus_.load());
  CHECK_OK(database->dead_letters_.load());
  if (const auto newest = database->bus_.newest_time(), now = clock.now(); newest > now + kMostLead)
    log.warn("clock_behind_data", {{"now", now}, {"newest_message", newest}});
  database->committer_.start();
  return database;
}

void Database::stop() {
  bus_.stop();
  committer_.stop();
  reads_.stop();
}

}  // namespace godwit::rocks

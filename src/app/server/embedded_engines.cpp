#include "app/server/embedded_engines.hpp"

#include "app/server/open_files.hpp"
#include "engine/sqlite/archive_database.hpp"

namespace godwit::app {
namespace {

rocks::Settings message_settings(const Config& config) {
  rocks::Settings settings;
  settings.devices = config.caps.devices;
  settings.block_cache = config.storage.block_cache_bytes;
  settings.write_buffers = config.storage.memtable_bytes;
  settings.waiting_jobs = config.storage.queue;
  settings.open_files = files_for_store(raise_open_files());
  return settings;
}

/// An empty directory, made where it is missing.
Result<void> make_target(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return fail(Code::bad_parameter, "cannot make " + directory.string() + ": " + error.message());
  std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
  if (!std::filesystem::is_empty(directory, error) || error)
    return fail(Code::bad_parameter, directory.string() + " is not empty");
  return {};
}

}  // namespace

Result<std::unique_ptr<EmbeddedEngines>> EmbeddedEngines::open(const Config& config, const Clock& clock, Log& log,
                                                               Metrics& metrics) {
  const auto& data = config.storage.data;
  TRY(auto lock, DataLock::take(data));
  std::unique_ptr<EmbeddedEngines> engines(new EmbeddedEngines(std::move(lock), data, clock));
  const auto& paths = engines->paths_;
  TRY(engines->accounts_,
      engine::sqlite::AccountsDatabase::open(
          paths.accounts(), {.readers = config.users.threads, .read_queue = config.users.queue}, clock, log, metrics));
  TRY(engines->archive_,
      engine::sqlite::SqliteArchive::open(
          {.path = paths.archive(), .readers = config.archive.threads, .waiting_reads = config.archive.queue}, log));
  engines->watch_archive(config, metrics);
  TRY(engines->messages_, rocks::Database::open(paths.messages(), message_settings(config), clock, log, metrics));
  auto& messages = *engines->messages_;
  // Whatever the log still has goes to the archive once more, which knows it by id: so an archive that is older than
  // its cursor (a restored backup) catches up by itself.
  messages.bus().rewind(dispatch::Topic::store);
  engines->ports_ = {.changes = &engines->changes_,
                     .registry = &engines->registry_,
                     .accounts = &engines->accounts_->store(),
                     .counts = &engines->counts_,
                     .loader = &engines->accounts_->loader(),
                     .ledger = &messages.ledger(),
                     .commits = &messages.ledger(),
                     .bus = &messages.bus(),
                     .dead_letters = &messages.dead_letters(),
                     .archive = engines->archive_.get(),
                     .timeline = &messages.timeline(),
                     .cursors = &messages.cursors()};
  return engines;
}

void EmbeddedEngines::watch_archive(const Config& config, Metrics& metrics) {
  auto* archive = archive_.get();
  metrics.queue({.name = "archive-read",
                 .metric = "godwit_archive_read_waiting",
                 .help = "Reads that wait for the archive.",
                 .bound = config.archive.queue,
                 .depth = [archive] { return archive->waiting(); }});
  metrics.gauge("godwit_search_index_remaining", "Messages that a search index that is made anew has still to take.",
                [archive] { return static_cast<double>(archive->unindexed()); });
  metrics.gauge("godwit_archive_damaged_messages", "Messages that reads of the archive passed over: damaged.",
                [archive] { return static_cast<double>(archive->damaged()); });
}

Task<std::vector<EngineState>> EmbeddedEngines::states() {
  const auto trouble = [](const Result<void>& state) -> std::optional<std::string> {
    if (state) return std::nullopt;
    return state.error().detail;
  };
  const auto accounts = co_await accounts_->ready();
  co_return std::vector<EngineState>{{"sqlite.accounts", trouble(accounts)},
                                     {"sqlite.archive", trouble(archive_->ready())},
                                     {"rocksdb.messages", messages_->trouble()}};
}

Task<Result<EngineFigures>> EmbeddedEngines::figures() {
  const auto kept = messages_->kept();
  co_return EngineFigures{.inbox_entries = kept.entries,
                          .inbox_bytes = kept.bytes,
                          .archive_lag = messages_->bus().lag(dispatch::Topic::store),
                          .unindexed = static_cast<std::uint64_t>(archive_->unindexed())};
}

Result<void> EmbeddedEngines::backup(const std::string& directory, const std::atomic<bool>& cancelled) {
  const DataPaths target(directory);
  CHECK_OK(make_target(target.root));
  auto copied = copy_to(target, cancelled);
  if (!copied) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(target.root, ignored))
      std::filesystem::remove_all(entry.path(), ignored);
  }
  return copied;
}

Result<void> EmbeddedEngines::copy_to(const DataPaths& target, const std::atomic<bool>& cancelled) {
  const auto hold = messages_->bus().hold_trim();
  CHECK_OK(engine::sqlite::backup_archive(paths_.archive(), target.archive(), [&] { return cancelled.load(); }));
  CHECK_OK(accounts_->back_up(target.accounts(), cancelled));
  CHECK_OK(messages_->backup(target.messages()));
  std::error_code error;
  std::filesystem::copy_file(paths_.signing_key(), target.signing_key(), error);
  if (error) return fail(Code::unavailable, "cannot copy the signing key: " + error.message());
  return {};
}

void EmbeddedEngines::stop() {
  accounts_->stop();
  archive_->stop();
  messages_->stop();
}

}  // namespace godwit::app

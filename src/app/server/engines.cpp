#include "app/server/engines.hpp"

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

Result<std::unique_ptr<Engines>> Engines::open(const Config& config, const Clock& clock, Log& log, Metrics& metrics) {
  const auto& data = config.storage.data;
  TRY(auto lock, DataLock::take(data));
  auto engines = std::make_unique<Engines>(Engines{.lock = std::move(lock), .paths = DataPaths(data)});
  const auto& paths = engines->paths;
  TRY(engines->accounts,
      engine::sqlite::AccountsDatabase::open(
          paths.accounts(), {.readers = config.users.threads, .read_queue = config.users.queue}, clock, log, metrics));
  TRY(engines->archive,
      engine::sqlite::SqliteArchive::open(
          {.path = paths.archive(), .readers = config.archive.threads, .waiting_reads = config.archive.queue}, log));
  metrics.queue({.name = "archive-read",
                 .metric = "godwit_archive_read_waiting",
                 .help = "Reads that wait for the archive.",
                 .bound = config.archive.queue,
                 .depth = [archive = engines->archive.get()] { return archive->waiting(); }});
  metrics.gauge("godwit_search_index_remaining", "Messages that a search index that is made anew has still to take.",
                [archive = engines->archive.get()] { return static_cast<double>(archive->unindexed()); });
  metrics.gauge("godwit_archive_damaged_messages", "Messages that reads of the archive passed over: damaged.",
                [archive = engines->archive.get()] { return static_cast<double>(archive->damaged()); });
  engines->registry = std::make_unique<engine::memory::MemoryRegistry>(clock, engine::memory::kOneProcess);
  TRY(engines->messages, rocks::Database::open(paths.messages(), message_settings(config), clock, log, metrics));
  // Whatever the log still has goes to the archive once more, which knows it by id: so an archive that is older than
  // its cursor (a restored backup) catches up by itself.
  engines->messages->bus().rewind(dispatch::Topic::store);
  return engines;
}

Result<void> Engines::backup(const std::string& directory, const std::atomic<bool>& cancelled) {
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

Result<void> Engines::copy_to(const DataPaths& target, const std::atomic<bool>& cancelled) {
  const auto hold = messages->bus().hold_trim();
  CHECK_OK(engine::sqlite::backup_archive(paths.archive(), target.archive(), [&] { return cancelled.load(); }));
  CHECK_OK(accounts->back_up(target.accounts(), cancelled));
  CHECK_OK(messages->backup(target.messages()));
  std::error_code error;
  std::filesystem::copy_file(paths.signing_key(), target.signing_key(), error);
  if (error) return fail(Code::unavailable, "cannot copy the signing key: " + error.message());
  return {};
}

void Engines::stop() {
  accounts->stop();
  archive->stop();
  messages->stop();
}

}  // namespace godwit::app

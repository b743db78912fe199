#pragma once
#include <atomic>
#include <filesystem>
#include <memory>
#include <string>

#include "app/config/config.hpp"
#include "app/maintenance/data_lock.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "engine/memory/change_log.hpp"
#include "engine/memory/registry.hpp"
#include "engine/rocksdb/database.hpp"
#include "engine/sqlite/accounts_database.hpp"
#include "engine/sqlite/archive_engine.hpp"

namespace godwit::app {

/// Where each store lies in a data directory.
struct DataPaths {
  explicit DataPaths(const std::string& data) : root(data) {}
  std::filesystem::path root;
  [[nodiscard]] std::string accounts() const { return root / "accounts.db"; }
  [[nodiscard]] std::string archive() const { return root / "archive.db"; }
  [[nodiscard]] std::string messages() const { return root / "messages"; }
  [[nodiscard]] std::string signing_key() const { return root / "signing.key"; }
};

/// The embedded engines of one process: its stores, open, the data directory locked; its change log and its registry.
/// Members in the order in which they may go.
struct Engines {
  DataLock lock;
  DataPaths paths;
  std::unique_ptr<engine::sqlite::AccountsDatabase> accounts;
  std::unique_ptr<engine::sqlite::SqliteArchive> archive;
  std::unique_ptr<rocks::Database> messages;
  std::unique_ptr<changes::ChangeLog> changes = std::make_unique<engine::memory::MemoryChangeLog>();
  std::unique_ptr<registry::Registry> registry;

  /// The error names the store and what is wrong with it.
  [[nodiscard]] static Result<std::unique_ptr<Engines>> open(const Config& config, const Clock& clock, Log& log,
                                                             Metrics& metrics);

  /// A copy of everything that was answered before the call, while all of it is in use, into a directory that is
  /// missing or empty. The messages are copied last, and keep what the archive's copy has not: a restored server
  /// replays it. Blocks; where it fails or `cancelled` turns true, nothing is left of it.
  [[nodiscard]] Result<void> backup(const std::string& directory, const std::atomic<bool>& cancelled);
  /// What waits is unavailable, what runs is waited for; nothing of the stores runs any more when it comes back.
  void stop();

 private:
  [[nodiscard]] Result<void> copy_to(const DataPaths& target, const std::atomic<bool>& cancelled);

};

}  // namespace godwit::app

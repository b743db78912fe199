#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "app/config/config.hpp"
#include "app/maintenance/data_lock.hpp"
#include "app/server/engines.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "engine/memory/change_log.hpp"
#include "engine/memory/counts.hpp"
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

/// The embedded engines of one process: its stores, the data directory locked; its change log, registry and counts.
class EmbeddedEngines final : public Engines {
 public:
  /// The error names the store and what is wrong with it.
  [[nodiscard]] static Result<std::unique_ptr<EmbeddedEngines>> open(const Config& config, const Clock& clock, Log& log,
                                                                     Metrics& metrics);

  [[nodiscard]] const Ports& ports() const noexcept override { return ports_; }
  void start() override { messages_->bus().start(); }
  void stop() override;
  [[nodiscard]] Task<std::vector<EngineState>> states() override;
  [[nodiscard]] Task<Result<EngineFigures>> figures() override;
  /// The messages are copied last, and keep what the archive's copy has not: a restored server replays it.
  [[nodiscard]] Result<void> backup(const std::string& directory, const std::atomic<bool>& cancelled) override;

  [[nodiscard]] const DataPaths& paths() const noexcept { return paths_; }
  [[nodiscard]] engine::sqlite::AccountsDatabase& accounts() noexcept { return *accounts_; }
  [[nodiscard]] engine::sqlite::SqliteArchive& archive() noexcept { return *archive_; }
  [[nodiscard]] rocks::Database& messages() noexcept { return *messages_; }

 private:
  EmbeddedEngines(DataLock lock, const std::string& data, const Clock& clock)
      : lock_(std::move(lock)), paths_(data), counts_(clock), registry_(clock, engine::memory::kOneProcess) {}
  void watch_archive(const Config& config, Metrics& metrics);
  [[nodiscard]] Result<void> copy_to(const DataPaths& target, const std::atomic<bool>& cancelled);

  // in the order in which they may go
  DataLock lock_;
  DataPaths paths_;
  std::unique_ptr<engine::sqlite::AccountsDatabase> accounts_;
  std::unique_ptr<engine::sqlite::SqliteArchive> archive_;
  std::unique_ptr<rocks::Database> messages_;
  engine::memory::MemoryChangeLog changes_;
  engine::memory::MemoryCounts counts_;
  engine::memory::MemoryRegistry registry_;
  Ports ports_;
};

}  // namespace godwit::app

#pragma once
#include <memory>
#include <optional>
#include <string>

#include "app/maintenance/data_lock.hpp"
#include "app/maintenance/tools.hpp"
#include "app/server/embedded_engines.hpp"
#include "engine/rocksdb/store_reader.hpp"
#include "engine/sqlite/archive_reader.hpp"
#include "user/sessions/signing_key.hpp"

namespace godwit::app {

/// A data directory that is moved away: nobody else works on it, and what its log still had is in its inbox and its
/// archive. It stays as it is. Blocks; one thread.
class MigrationSource {
 public:
  /// unavailable where a server holds it; bad_parameter where it is none, or has dead letters: those are the log's
  /// places, which the engines do not have.
  [[nodiscard]] static Result<std::unique_ptr<MigrationSource>> open(const std::string& data, Tools& tools);

  [[nodiscard]] const DataPaths& paths() const noexcept { return paths_; }
  [[nodiscard]] rocks::StoreReader& messages() noexcept { return *messages_; }
  [[nodiscard]] const std::string& epoch() const noexcept { return epoch_; }
  [[nodiscard]] const user::SigningKey& signing_key() const noexcept { return key_; }
  /// Whose number a send got; nullopt: the archive has not the message.
  [[nodiscard]] Result<std::optional<Conversation>> conversation_of(const MessageId& id);

 private:
  MigrationSource(DataLock lock, DataPaths paths, engine::sqlite::ArchiveReader archive)
      : lock_(std::move(lock)), paths_(std::move(paths)), archive_(std::move(archive)) {}

  DataLock lock_;
  DataPaths paths_;
  engine::sqlite::ArchiveReader archive_;
  std::unique_ptr<rocks::StoreReader> messages_;
  std::string epoch_;
  user::SigningKey key_{};
};

}  // namespace godwit::app

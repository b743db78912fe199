#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "archive/archive_store.hpp"
#include "base/log.hpp"
#include "base/pool.hpp"
#include "engine/sqlite/archive_reader.hpp"
#include "engine/sqlite/archive_writer.hpp"

namespace godwit::engine::sqlite {

struct ArchiveSettings {
  std::string path;                 ///< of archive.db
  std::size_t readers = 2;          ///< threads and connections for reading and searching
  std::size_t waiting_reads = 512;  ///< more than that are answered unavailable at once
};

/// The archive in one SQLite file. `put` runs on the caller's thread, which it blocks for as long as a commit takes;
/// everything else on the readers' pool, so that neither waits for the other.
class SqliteArchive final : public archive::ArchiveStore {
 public:
  [[nodiscard]] static Result<std::unique_ptr<SqliteArchive>> open(ArchiveSettings settings, Log& log);

  Task<Result<void>> put(std::span<const MessagePtr> batch) override;
  Task<Result<MessagePtr>> find(const MessageId& id) override;
  Task<Result<std::vector<MessagePtr>>> page(const Conversation& conversation, archive::Window window) override;
  Task<Result<MessagePtr>> last_up_to(const Conversation& conversation, Seq seq) override;
  Task<Result<std::uint64_t>> count_chat(const Conversation& conversation, const UserKey& user, Seq after,
                                         Seq up_to) override;
  Task<Result<ReadRanges>> ranges(const Conversation& conversation, const UserKey& user) override;
  Task<Result<archive::Hits>> search(archive::SearchQuery query) override;

  /// Reads that wait for a reader.
  [[nodiscard]] std::size_t waiting() const { return pool_.waiting(); }
  /// For readiness: unavailable while the last `put` failed.
  [[nodiscard]] Result<void> ready() const;

 private:
  SqliteArchive(ArchiveWriter writer, std::vector<ArchiveReader> readers, const ArchiveSettings& settings, Log& log);

  /// Runs `work(reader)` on the pool with a reader that nobody else has.
  template <class Work>
  auto read(std::string_view doing, Work work) -> Task<std::invoke_result_t<Work&, ArchiveReader&>>;
  [[nodiscard]] Error report(std::string_view doing, const Error& error);

  Log& log_;
  ArchiveWriter writer_;
  std::atomic<bool> failing_ = false;
  std::mutex idle_mutex_;
  std::vector<ArchiveReader> idle_;  // one for each of the pool's threads, so there is always one
  Pool pool_;
};

}  // namespace godwit::engine::sqlite

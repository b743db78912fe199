#pragma once
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
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
  std::size_t index_piece = 1024;   ///< messages that go into an index that is made anew at once, while puts wait
};

/// The archive in one SQLite file. `put` runs on the caller's thread, which it blocks for as long as a commit takes;
/// everything else on the readers' pool, so that neither waits for the other. An index of another version is made anew
/// on a thread of its own, which gives way to puts.
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

  void stop() { pool_.stop(); }  ///< no read runs any more when it comes back; what waited is unavailable

  /// Reads that wait for a reader.
  [[nodiscard]] std::size_t waiting() const { return pool_.waiting(); }
  /// Messages that reads passed over since the start because they are damaged.
  [[nodiscard]] std::uint64_t damaged() const noexcept { return damaged_.load(std::memory_order_relaxed); }
  /// For readiness: unavailable while the last `put` failed.
  [[nodiscard]] Result<void> ready() const;
  /// Messages that an index that is made anew has still to take, about; 0: it is whole.
  [[nodiscard]] std::int64_t unindexed() const noexcept { return unindexed_.load(std::memory_order_relaxed); }

 private:
  SqliteArchive(ArchiveWriter writer, std::vector<ArchiveReader> readers, const ArchiveSettings& settings, Log& log);

  /// Runs `work(reader)` on the pool with a reader that nobody else has.
  template <class Work>
  auto read(std::string_view doing, Work work, std::string lane = {})
      -> Task<std::invoke_result_t<Work&, ArchiveReader&>>;
  // archive_indexer.cpp, on indexer_
  void make_index(const std::stop_token& stop);
  [[nodiscard]] Result<void> count_unindexed();
  [[nodiscard]] Result<bool> index_piece();
  void note_index();
  [[nodiscard]] Error report(std::string_view doing, const Error& error);

  Log& log_;
  ArchiveSettings settings_;
  std::mutex writer_mutex_;
  ArchiveWriter writer_;
  std::atomic<int> puts_ = 0;  // that want the writer
  std::atomic<std::int64_t> unindexed_ = 0;
  std::atomic<bool> failing_ = false;
  std::atomic<std::uint64_t> damaged_ = 0;
  std::mutex idle_mutex_;
  std::vector<ArchiveReader> idle_;  // one for each of the pool's threads, so there is always one
  Pool pool_;
  std::mutex pause_mutex_;
  std::condition_variable_any pause_;
  std::jthread indexer_;  // runs only while the index is not whole
};

}  // namespace godwit::engine::sqlite

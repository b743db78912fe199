#pragma once
#include <atomic>
#include <string_view>

#include "archive/archive_store.hpp"
#include "base/log.hpp"
#include "engine/elasticsearch/cluster.hpp"

namespace godwit::engine::elasticsearch {

/// The archive in one index of Elasticsearch 8. No thread of the caller is blocked; any number of processes may use one
/// index, each with an archive of its own.
///   - `put` of two processes at once, in any order, comes to the same. A batch that fails may be in, in part: the same
///     batch again is safe, and is what the bus does. `unavailable`: Elasticsearch is away, slow, blocked or full;
///     `internal`: it refuses one message for what it is.
///   - Two messages with one seq would both be kept: that there are none is the ledger's.
///   - Each request ends within its limit (settings.hpp).
class ElasticArchive final : public archive::ArchiveStore {
 public:
  ElasticArchive(Settings settings, Log& log) : log_(log), cluster_(std::move(settings)) {}
  ~ElasticArchive() override { stop(); }

  /// Makes the index where there is none, and looks whether it is one of ours: `unavailable` says in words what is
  /// wrong. Every call does so first, until it went well once; at start it tells the one who starts it.
  Task<Result<void>> prepare();

  Task<Result<void>> put(std::span<const MessagePtr> batch) override;
  Task<Result<MessagePtr>> find(const MessageId& id) override;
  Task<Result<std::vector<MessagePtr>>> page(const Conversation& conversation, archive::Window window) override;
  Task<Result<MessagePtr>> last_up_to(const Conversation& conversation, Seq seq) override;
  Task<Result<std::uint64_t>> count_chat(const Conversation& conversation, const UserKey& user, Seq after,
                                         Seq up_to) override;
  Task<Result<ReadRanges>> ranges(const Conversation& conversation, const UserKey& user) override;
  Task<Result<archive::Hits>> search(archive::SearchQuery query) override;

  /// What waits is answered unavailable, and what comes later too: before the end of any executor that waited. Not from
  /// a thread that answers come on.
  void stop() { cluster_.stop(); }

  /// Requests that wait for Elasticsearch.
  [[nodiscard]] std::size_t waiting() const noexcept { return cluster_.waiting(); }
  /// For readiness: unavailable while the last `put` failed.
  [[nodiscard]] Result<void> ready() const;

 private:
  /// `work`, once the index is prepared. Elasticsearch's reason goes to the log; callers are told that it does not
  /// work.
  template <class T>
  Task<Result<T>> reported(std::string_view doing, Task<Result<T>> work);

  Log& log_;
  Cluster cluster_;
  std::atomic<bool> prepared_ = false;
  std::atomic<bool> failing_ = false;
};

}  // namespace godwit::engine::elasticsearch

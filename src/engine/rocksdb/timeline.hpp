#pragma once
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/pool.hpp"
#include "engine/rocksdb/committer.hpp"
#include "engine/rocksdb/untaken.hpp"
#include "offline/timeline.hpp"

namespace godwit::rocks {

/// offline::Timeline: one run of entries a conversation, in the family `entries`. Reads run on the pool. `put` and
/// `expire` never write the same key (head and rows belong to the one, floors to the other), so neither waits for the
/// other.
class RocksdbTimeline final : public offline::Timeline {
 public:
  RocksdbTimeline(Store& store, Committer& committer, Pool& reads, const Settings& settings, Untaken untaken,
                  std::string epoch)
      : store_(store),
        committer_(committer),
        reads_(reads),
        settings_(settings),
        untaken_(std::move(untaken)),
        epoch_(std::move(epoch)) {}

  Task<Result<std::string>> epoch() override { co_return epoch_; }
  Task<Result<void>> put(std::span<const MessagePtr> messages) override;
  Task<Result<std::vector<offline::Slice>>> read(std::vector<offline::Span> spans) override;
  Task<Result<offline::Head>> head(const Conversation& conversation) override;
  Task<Result<offline::OpenReaders>> readers(const Conversation& conversation) override;
  Task<Result<Sweep>> expire(Millis before, std::size_t conversations) override;

 private:
  [[nodiscard]] Result<offline::OpenReaders> read_readers(const Conversation& conversation);
  struct Step {  // of the sweep
    std::vector<Change> changes;
    Sweep sweep;
    std::string next;
  };
  [[nodiscard]] Result<Step> plan_step(std::string from, Millis before, std::size_t conversations);
  [[nodiscard]] Result<void> plan_drop(::rocksdb::Iterator& entries, std::string_view conversation,
                                       const offline::Head& head, Millis before, Step& step);

  Store& store_;
  Committer& committer_;
  Pool& reads_;
  const Settings settings_;
  const Untaken untaken_;
  const std::string epoch_;
  std::unordered_map<std::string, offline::Head> heads_;  // `put` alone; what is durable or in a batch behind it
  std::uint64_t generation_ = 0;                          // `put` alone; of the store that `heads_` tells of

  std::mutex sweep_mutex_;
  std::string sweep_from_;  // the conversation that the next step begins with; empty: from the start
};

/// A conversation's head or floor; 0 where there is none.
[[nodiscard]] Result<offline::Head> read_head(Store& store, std::string_view conversation);
[[nodiscard]] Result<Seq> read_floor(Store& store, std::string_view conversation);

}  // namespace godwit::rocks

#pragma once
#include <string>
#include <unordered_map>
#include <vector>

#include "base/pool.hpp"
#include "dispatch/ledger.hpp"
#include "engine/rocksdb/committer.hpp"
#include "engine/rocksdb/recent.hpp"

namespace godwit::rocks {

/// dispatch::Ledger on the committer: dedupe and numbering happen on its thread, while the batch is put together, so
/// one step is atomic without a lock. The head of a conversation is written in the batch of the message that has the
/// number: what a restart finds is above everything that was answered.
class RocksdbLedger final : public dispatch::Ledger, public dispatch::OrderedCommits, public Participant {
 public:
  RocksdbLedger(Store& store, Committer& committer, Recent& recent, Pool& reads, const Settings& settings,
                const Clock& clock)
      : store_(store), committer_(committer), recent_(recent), reads_(reads), settings_(settings), clock_(clock) {}

  Task<Result<dispatch::Published>> append(dispatch::Draft draft) override;
  Task<Result<std::optional<dispatch::Published>>> find(const std::string& once) override;
  void on_commit(Listener listener) override { listener_ = std::move(listener); }

  void seal(::rocksdb::WriteBatch& batch) override;
  void written() override;
  void failed() override;
  void answered() override;
  Result<void> reopened() override {
    heads_.clear();
    return {};
  }

 private:
  class Append;
  struct Head {
    Seq seq = 0;
    Millis time = 0;
    bool moved = false;  ///< in this batch
  };
  using Heads = std::unordered_map<std::string, Head>;
  struct Sent {
    dispatch::Published published;
    std::string fingerprint;
  };

  // the committer's thread
  Result<void> stage(Append& job, ::rocksdb::WriteBatch& batch);
  Result<Heads::value_type*> head_of(const std::string& conversation);
  void put(const Append& job, const Message& message, ::rocksdb::WriteBatch& batch);
  void forget_batch();

  Result<std::optional<Sent>> read_sent(std::string_view once);
  Result<std::optional<Sent>> decode_sent(std::string_view value);

  Store& store_;
  Committer& committer_;
  Recent& recent_;
  Pool& reads_;
  const Settings settings_;
  const Clock& clock_;
  Listener listener_;

  Heads heads_;
  std::vector<Heads::value_type*> moved_;  // conversations numbered in this batch
  std::unordered_map<std::string_view, Append*> staged_sent_;
  std::vector<MessagePtr> staged_;
  bool wake_ = false;
};

}  // namespace godwit::rocks

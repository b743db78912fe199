#pragma once
#include <string>
#include <unordered_map>

#include "base/pool.hpp"
#include "engine/rocksdb/committer.hpp"
#include "engine/rocksdb/untaken.hpp"
#include "engine/rocksdb/values.hpp"
#include "offline/cursor_store.hpp"

namespace godwit::rocks {

/// offline::CursorStore in the family `inbox`. What only ever grows (cursors, read positions) is compared and moved on
/// the committer's thread, where this batch's own moves are known: so no lock, and `moved` is exact.
class RocksdbCursorStore final : public offline::CursorStore, public Participant {
 public:
  RocksdbCursorStore(Store& store, Committer& committer, Pool& reads, const Settings& settings, const Clock& clock,
                     Untaken untaken)
      : store_(store),
        committer_(committer),
        reads_(reads),
        settings_(settings),
        clock_(clock),
        untaken_(std::move(untaken)) {}

  Task<Result<std::vector<offline::Row>>> rows(const UserKey& user, const DeviceId& device) override;
  Task<Result<std::optional<offline::Row>>> row(const UserKey& user, const Conversation& conversation) override;
  Task<Result<std::vector<Seq>>> read_positions(Readers readers) override;
  Task<Result<Moved>> set_read(const UserKey& user, const Conversation& conversation, Seq seq) override;
  Task<Result<void>> adopt_device(const UserKey& user, const DeviceId& device) override;
  Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) override;
  Task<Result<void>> advance(const UserKey& user, const DeviceId& device, Positions positions) override;

  void answered() override { pending_.clear(); }

 private:
  class Job;
  class SetRead;
  class Adopt;
  class Advance;
  using Moves = std::unordered_map<std::string, std::string>;  // inbox key → value

  // the pool's threads
  [[nodiscard]] Result<std::vector<offline::Row>> read_rows(const UserKey& user, const DeviceId& device);
  [[nodiscard]] Result<void> read_heads(std::vector<offline::Row>& rows);
  [[nodiscard]] Result<std::vector<Seq>> read_reads(const Readers& readers);
  [[nodiscard]] Result<std::optional<offline::Row>> read_row(const UserKey& user, const Conversation& conversation);

  // the committer's thread
  [[nodiscard]] Result<std::optional<std::string>> current(const std::string& key, const Moves& moves);
  [[nodiscard]] Result<bool> move(const std::string& key, Seq seq, Moves& moves);  ///< whether it moved
  [[nodiscard]] Result<void> adopt(const UserKey& user, const DeviceId& device, Moves& moves,
                                   std::vector<std::string>& removed);
  [[nodiscard]] Result<void> forget_oldest(const UserKey& user, const DeviceId& keep,
                                           std::vector<std::string>& removed);
  void put(const Moves& moves, const std::vector<std::string>& removed, ::rocksdb::WriteBatch& batch);

  Store& store_;
  Committer& committer_;
  Pool& reads_;
  const Settings settings_;
  const Clock& clock_;
  const Untaken untaken_;
  Moves pending_;  // this batch's
};

}  // namespace godwit::rocks

#pragma once
#include <string>
#include <unordered_map>

#include "base/pool.hpp"
#include "engine/rocksdb/committer.hpp"
#include "engine/rocksdb/turns.hpp"
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

  Task<Result<offline::UserRows>> rows(const UserKey& user, const DeviceId& device) override;
  Task<Result<std::optional<offline::Row>>> row(const UserKey& user, const Conversation& conversation) override;
  Task<Result<std::vector<Seq>>> read_positions(Readers readers) override;
  Task<Result<Moved>> set_read(const UserKey& user, const Conversation& conversation, Seq seq) override;
  Task<Result<void>> adopt_device(const UserKey& user, const DeviceId& device) override;
  Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) override;
  Task<Result<std::vector<Result<Standing>>>> standings(const std::vector<offline::Acknowledged>& devices) override;
  Task<Result<void>> advance(std::vector<offline::Acknowledged> devices) override;

  void answered() override { pending_.clear(); }

 private:
  class Job;
  class SetRead;
  class Adopt;
  class Advance;
  using Moves = std::unordered_map<std::string, std::string>;  // inbox key → value
  struct Page {                                                // of a walk over one device's cursors
    std::vector<std::pair<std::string, std::string>> cursors;  // conversation → value
    std::string next;                                          // the conversation that the next page begins with
  };

  // in steps of a page: nobody waits for the whole of it
  Task<Result<void>> copy_furthest(const UserKey& user, const DeviceId& device, std::uint64_t generation);
  Task<Result<void>> drop_cursors(const UserKey& user, const DeviceId& device, std::uint64_t generation);

  // the pool's threads
  [[nodiscard]] Result<offline::UserRows> read_rows(const UserKey& user, const DeviceId& device);
  [[nodiscard]] Result<void> read_heads(std::vector<offline::Row>& rows, bool floors);
  [[nodiscard]] Result<std::vector<Seq>> read_reads(const Readers& readers);
  [[nodiscard]] Result<std::optional<offline::Row>> read_row(const UserKey& user, const Conversation& conversation);
  [[nodiscard]] Result<Standing> read_standing(const UserKey& user, const DeviceId& device,
                                               const Conversation& conversation);
  [[nodiscard]] Result<Page> read_cursors(const std::string& prefix, const std::string& from);

  // the committer's thread
  [[nodiscard]] Result<std::optional<std::string>> current(const std::string& key, const Moves& moves);
  [[nodiscard]] Result<bool> move(const std::string& key, Seq seq, Moves& moves);  ///< whether it moved
  /// Who is forgotten for it, where it was not known.
  [[nodiscard]] Result<std::vector<DeviceId>> advance(const offline::Acknowledged& device, Moves& moves);
  /// The same.
  [[nodiscard]] Result<std::vector<DeviceId>> make_known(const UserKey& user, const DeviceId& device, Moves& moves);
  [[nodiscard]] Result<std::vector<DeviceId>> too_many(const UserKey& user, const DeviceId& keep);
  void put(const Moves& moves, ::rocksdb::WriteBatch& batch);

  Store& store_;
  Committer& committer_;
  Pool& reads_;
  const Settings settings_;
  const Clock& clock_;
  const Untaken untaken_;
  Moves pending_;    // this batch's; an empty value: gone
  Turns adoptions_;  // one at a time a user
};

}  // namespace godwit::rocks

#include "engine/rocksdb/cursor_store.hpp"
#include "engine/rocksdb/keys.hpp"
#include "engine/rocksdb/move_job.hpp"

namespace godwit::rocks {

class RocksdbCursorStore::SetRead final : public MoveJob<Moved> {
 public:
  SetRead(RocksdbCursorStore& self, std::string key, Seq seq)
      : MoveJob(key.size() + 32, /*sync=*/true), self_(self), key_(std::move(key)), seq_(seq) {}
  Result<void> stage(::rocksdb::WriteBatch& batch) override {
    Moves moves;
    TRY(result.moved, self_.move(key_, seq_, moves));
    TRY(const auto now, self_.current(key_, moves));
    result.read = now ? read_be8(now->data()) : 0;
    self_.put(moves, batch);
    return {};
  }

 private:
  RocksdbCursorStore& self_;
  std::string key_;
  Seq seq_;
};

class RocksdbCursorStore::Advance final : public MoveJob<void> {
 public:
  Advance(RocksdbCursorStore& self, std::vector<offline::Acknowledged> devices)
      : MoveJob(size_of(devices), /*sync=*/false, Share::eighth), self_(self), devices_(std::move(devices)) {}
  Result<void> stage(::rocksdb::WriteBatch& batch) override {
    for (auto& device : devices_) {
      Moves moves;
      const auto gone = self_.advance(device, moves);
      if (!gone && devices_.size() == 1) return std::unexpected(gone.error());
      if (!gone) continue;  // damaged, and logged: not to hold up the others, and the frames come again
      self_.put(moves, batch);
      for (const auto& forgot : *gone) forgotten.emplace_back(device.user, forgot);
    }
    return {};
  }

  std::vector<std::pair<UserKey, DeviceId>> forgotten;  ///< for others that were not known

 private:
  static std::size_t size_of(const std::vector<offline::Acknowledged>& devices) {
    std::size_t positions = 0;
    for (const auto& device : devices) positions += device.positions.size() + 1;
    return 256 * positions;
  }

  RocksdbCursorStore& self_;
  std::vector<offline::Acknowledged> devices_;
};

Task<Result<offline::CursorStore::Moved>> RocksdbCursorStore::set_read(const UserKey& user,
                                                                       const Conversation& conversation, Seq seq) {
  SetRead job(*this, inbox_key(kRead, user.str(), conversation.name()), seq);
  co_return co_await run<Moved>(committer_, job);
}

Task<Result<void>> RocksdbCursorStore::advance(std::vector<offline::Acknowledged> devices) {
  const auto generation = store_.generation();
  Advance job(*this, std::move(devices));
  CO_CHECK(co_await run<void>(committer_, job));
  for (const auto& [user, device] : job.forgotten) (void)co_await drop_cursors(user, device, generation);
  co_return Result<void>();
}

Result<std::vector<DeviceId>> RocksdbCursorStore::advance(const offline::Acknowledged& device, Moves& moves) {
  const auto& [user, id, positions] = device;
  TRY(const auto known, current(inbox_key(kDevice, user.str(), id.str()), moves));
  for (const auto& [conversation, seq] : positions) {
    CHECK_OK(move(cursor_prefix(user.str(), {}) + conversation.name(), seq, moves));
    CHECK_OK(move(cursor_prefix(user.str(), id.str()) + conversation.name(), seq, moves));
  }
  if (known) return std::vector<DeviceId>();
  return make_known(user, id, moves);
}

Result<std::optional<std::string>> RocksdbCursorStore::current(const std::string& key, const Moves& moves) {
  for (const auto* earlier : {&moves, &std::as_const(pending_)}) {
    const auto moved = earlier->find(key);
    if (moved != earlier->end()) return moved->second.empty() ? std::nullopt : std::optional(moved->second);
  }
  ::rocksdb::PinnableSlice value;
  TRY(const bool found, store_.get(Family::inbox, key, value));
  if (!found) return std::nullopt;
  if (value.size() != 8) return std::unexpected(store_.damaged("a cursor or a read position"));
  return value.ToString();
}

Result<bool> RocksdbCursorStore::move(const std::string& key, Seq seq, Moves& moves) {
  TRY(const auto now, current(key, moves));
  if (seq <= (now ? read_be8(now->data()) : 0)) return false;
  moves.insert_or_assign(key, be8(seq));
  return true;
}

void RocksdbCursorStore::put(const Moves& moves, ::rocksdb::WriteBatch& batch) {
  for (const auto& [key, value] : moves) {
    if (value.empty())
      batch.Delete(store_.family(Family::inbox), key);
    else
      batch.Put(store_.family(Family::inbox), key, value);
    pending_.insert_or_assign(key, value);
  }
}

}  // namespace godwit::rocks

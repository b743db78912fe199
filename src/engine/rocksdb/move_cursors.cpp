#include <functional>

#include "engine/rocksdb/cursor_store.hpp"
#include "engine/rocksdb/keys.hpp"

namespace godwit::rocks {

/// A job whose answer is made while it is staged.
template <class T>
class MoveJob : public WriteJob {
 public:
  using WriteJob::WriteJob;
  void finish(Result<void> written) override {
    const auto answer = std::move(done);  // answering may end this job
    if (!written)
      answer(std::unexpected(std::move(written).error()));
    else if constexpr (std::is_void_v<T>)
      answer({});
    else
      answer(std::move(result));
  }
  std::move_only_function<void(Result<T>) const> done;
  std::conditional_t<std::is_void_v<T>, std::monostate, T> result{};
};

template <class T, class J>
Task<Result<T>> run(Committer& committer, J& job) {
  co_return co_await completion<Result<T>>([&committer, &job](auto done) {
    job.done = std::move(done);
    if (!committer.submit(job)) job.finish(std::unexpected(Committer::full()));
  });
}

class RocksdbCursorStore::SetRead final : public MoveJob<Moved> {
 public:
  SetRead(RocksdbCursorStore& self, std::string key, Seq seq)
      : MoveJob(key.size() + 32, /*sync=*/true), self_(self), key_(std::move(key)), seq_(seq) {}
  Result<void> stage(::rocksdb::WriteBatch& batch) override {
    Moves moves;
    TRY(result.moved, self_.move(key_, seq_, moves));
    TRY(const auto now, self_.current(key_, moves));
    result.read = now ? read_be8(now->data()) : 0;
    self_.put(moves, {}, batch);
    return {};
  }

 private:
  RocksdbCursorStore& self_;
  std::string key_;
  Seq seq_;
};

class RocksdbCursorStore::Adopt final : public MoveJob<void> {
 public:
  Adopt(RocksdbCursorStore& self, const UserKey& user, const DeviceId& device)
      : MoveJob(4096, /*sync=*/false), self_(self), user_(user), device_(device) {}
  Result<void> stage(::rocksdb::WriteBatch& batch) override {
    Moves moves;
    std::vector<std::string> removed;
    CHECK_OK(self_.adopt(user_, device_, moves, removed));
    self_.put(moves, removed, batch);
    return {};
  }

 private:
  RocksdbCursorStore& self_;
  const UserKey user_;
  const DeviceId device_;
};

class RocksdbCursorStore::Advance final : public MoveJob<void> {
 public:
  Advance(RocksdbCursorStore& self, const UserKey& user, const DeviceId& device, Positions positions)
      : MoveJob(256 * (positions.size() + 1), /*sync=*/false),
        self_(self),
        user_(user),
        device_(device),
        positions_(std::move(positions)) {}
  Result<void> stage(::rocksdb::WriteBatch& batch) override {
    Moves moves;
    std::vector<std::string> removed;
    TRY(const auto known, self_.current(inbox_key(kDevice, user_.str(), device_.str()), moves));
    if (!known) CHECK_OK(self_.adopt(user_, device_, moves, removed));
    for (const auto& [conversation, seq] : positions_) {
      for (const auto& whose : {device_, DeviceId()}) {
        TRY([[maybe_unused]] const bool moved,
            self_.move(cursor_prefix(user_.str(), whose.str()) + conversation.name(), seq, moves));
      }
    }
    self_.put(moves, removed, batch);
    return {};
  }

 private:
  RocksdbCursorStore& self_;
  const UserKey user_;
  const DeviceId device_;
  const Positions positions_;
};

Task<Result<offline::CursorStore::Moved>> RocksdbCursorStore::set_read(const UserKey& user,
                                                                       const Conversation& conversation, Seq seq) {
  SetRead job(*this, inbox_key(kRead, user.str(), conversation.name()), seq);
  co_return co_await run<Moved>(committer_, job);
}

Task<Result<void>> RocksdbCursorStore::adopt_device(const UserKey& user, const DeviceId& device) {
  Adopt job(*this, user, device);
  co_return co_await run<void>(committer_, job);
}

Task<Result<void>> RocksdbCursorStore::advance(const UserKey& user, const DeviceId& device, Positions positions) {
  Advance job(*this, user, device, std::move(positions));
  co_return co_await run<void>(committer_, job);
}

Result<std::optional<std::string>> RocksdbCursorStore::current(const std::string& key, const Moves& moves) {
  if (const auto moved = moves.find(key); moved != moves.end()) return moved->second;
  if (const auto moved = pending_.find(key); moved != pending_.end()) {
    return moved->second.empty() ? std::nullopt : std::optional(moved->second);
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

void RocksdbCursorStore::put(const Moves& moves, const std::vector<std::string>& removed,
                             ::rocksdb::WriteBatch& batch) {
  for (const auto& key : removed) {
    batch.Delete(store_.family(Family::inbox), key);
    pending_.insert_or_assign(key, std::string());  // empty: gone
  }
  for (const auto& [key, value] : moves) {
    batch.Put(store_.family(Family::inbox), key, value);
    pending_.insert_or_assign(key, value);
  }
}

}  // namespace godwit::rocks

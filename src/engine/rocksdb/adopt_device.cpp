#include <algorithm>

#include "engine/rocksdb/cursor_store.hpp"
#include "engine/rocksdb/keys.hpp"
#include "engine/rocksdb/move_job.hpp"

// Making a device known. A new one gets copies of the furthest cursors, however many, in steps of a page, and then, in
// one write, its place among the user's devices: until then it counts as unknown, so an attempt that broke off is
// simply begun anew. The user's other adoptions wait meanwhile; what acknowledges meanwhile moves the furthest on, and
// the new device is shown a little more than it need be.

namespace godwit::rocks {
namespace {

constexpr std::size_t kPage = 256;

}  // namespace

class RocksdbCursorStore::Adopt final : public MoveJob<void> {
 public:
  /// `known`: it has its place already, and loses nothing where this is lost.
  Adopt(RocksdbCursorStore& self, const UserKey& user, const DeviceId& device, std::uint64_t generation, bool known)
      : MoveJob(4096, /*sync=*/!known, Share::eighth),
        self_(self),
        user_(user),
        device_(device),
        generation_(generation) {}
  Result<void> stage(::rocksdb::WriteBatch& batch) override {
    // The copies may have gone with the store that was.
    if (self_.store_.generation() != generation_) return fail(Code::unavailable, "the message store was opened again");
    Moves moves;
    TRY(forgotten, self_.make_known(user_, device_, moves));
    self_.put(moves, batch);
    return {};
  }

  std::vector<DeviceId> forgotten;

 private:
  RocksdbCursorStore& self_;
  const UserKey user_;
  const DeviceId device_;
  const std::uint64_t generation_;
};

Task<Result<void>> RocksdbCursorStore::adopt_device(const UserKey& user, const DeviceId& device) {
  CO_TRY(const auto turn, co_await adoptions_.take(user.str()));
  const auto generation = store_.generation();
  CO_TRY(const bool known, co_await knows_device(user, device));
  if (!known) {
    CO_CHECK(co_await copy_furthest(user, device, generation));
  }
  Adopt job(*this, user, device, generation, known);
  CO_CHECK(co_await run<void>(committer_, job));
  // What stays behind where this fails is in nobody's way: it is written over when the device comes back.
  for (const auto& gone : job.forgotten) (void)co_await drop_cursors(user, gone, generation);
  co_return Result<void>();
}

Task<Result<void>> RocksdbCursorStore::copy_furthest(const UserKey& user, const DeviceId& device,
                                                     std::uint64_t generation) {
  const auto own = cursor_prefix(user.str(), device.str());
  std::string from = cursor_prefix(user.str(), {});
  for (const auto furthest = from; !from.empty();) {
    CO_TRY(auto page, co_await reads_.run([this, &furthest, &from] { return read_cursors(furthest, from); }));
    std::vector<Change> changes;
    for (auto& [conversation, value] : page.cursors)
      changes.push_back({Change::Kind::put, Family::inbox, own + conversation, std::move(value)});
    if (!changes.empty()) {
      CO_CHECK(co_await committer_.apply(std::move(changes), /*sync=*/false, generation, Share::eighth));
    }
    from = std::move(page.next);
  }
  co_return Result<void>();
}

Task<Result<void>> RocksdbCursorStore::drop_cursors(const UserKey& user, const DeviceId& device,
                                                    std::uint64_t generation) {
  std::string from = cursor_prefix(user.str(), device.str());
  for (const auto own = from; !from.empty();) {
    CO_TRY(auto page, co_await reads_.run([this, &own, &from] { return read_cursors(own, from); }));
    std::vector<Change> changes;
    for (const auto& [conversation, value] : page.cursors)
      changes.push_back({Change::Kind::remove, Family::inbox, own + conversation, {}});
    if (!changes.empty()) {
      CO_CHECK(co_await committer_.apply(std::move(changes), /*sync=*/false, generation, Share::eighth));
    }
    from = std::move(page.next);
  }
  co_return Result<void>();
}

Result<RocksdbCursorStore::Page> RocksdbCursorStore::read_cursors(const std::string& prefix, const std::string& from) {
  Page page;
  const auto it = store_.iterate(Family::inbox);
  for (it->Seek(from); it->Valid() && it->key().starts_with(prefix); it->Next()) {
    if (it->value().size() != 8) return std::unexpected(store_.damaged("a cursor"));
    if (page.cursors.size() == kPage) {
      page.next = it->key().ToString();
      return page;
    }
    page.cursors.emplace_back(it->key().ToString().substr(prefix.size()), it->value().ToString());
  }
  CHECK_OK(store_.check(it->status()));
  return page;
}

Result<std::vector<DeviceId>> RocksdbCursorStore::make_known(const UserKey& user, const DeviceId& device,
                                                             Moves& moves) {
  TRY(auto forgotten, too_many(user, device));
  for (const auto& gone : forgotten) moves.emplace(inbox_key(kDevice, user.str(), gone.str()), std::string());
  moves.insert_or_assign(inbox_key(kDevice, user.str(), device.str()), be8(static_cast<std::uint64_t>(clock_.now())));
  return forgotten;
}

Result<std::vector<DeviceId>> RocksdbCursorStore::too_many(const UserKey& user, const DeviceId& keep) {
  const auto prefix = inbox_prefix(kDevice, user.str());
  std::unordered_map<std::string, std::uint64_t> adopted;
  const auto it = store_.iterate(Family::inbox);
  for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next()) {
    adopted.emplace(it->key().ToString().substr(prefix.size()),
                    it->value().size() == 8 ? read_be8(it->value().data()) : 0);
  }
  CHECK_OK(store_.check(it->status()));
  for (const auto& [key, value] : pending_) {
    if (!key.starts_with(prefix)) continue;
    if (value.empty())
      adopted.erase(key.substr(prefix.size()));
    else
      adopted.insert_or_assign(key.substr(prefix.size()), read_be8(value.data()));
  }
  adopted.erase(keep.str());
  std::vector<DeviceId> oldest;
  while (adopted.size() + 1 > settings_.devices) {
    const auto first = std::ranges::min_element(adopted, {}, [](const auto& one) {
      return std::pair<std::uint64_t, const std::string&>(one.second, one.first);
    });
    oldest.emplace_back(first->first);
    adopted.erase(first);
  }
  return oldest;
}

}  // namespace godwit::rocks

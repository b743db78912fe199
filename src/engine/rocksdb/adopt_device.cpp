#include "engine/rocksdb/cursor_store.hpp"
#include "engine/rocksdb/keys.hpp"

namespace godwit::rocks {

Result<void> RocksdbCursorStore::adopt(const UserKey& user, const DeviceId& device, Moves& moves,
                                       std::vector<std::string>& removed) {
  const auto key = inbox_key(kDevice, user.str(), device.str());
  TRY(const auto known, current(key, moves));
  moves.insert_or_assign(key, be8(static_cast<std::uint64_t>(clock_.now())));
  if (known) return {};

  const auto furthest = cursor_prefix(user.str(), {}), own = cursor_prefix(user.str(), device.str());
  const auto it = store_.iterate(Family::inbox);
  for (it->Seek(furthest); it->Valid() && it->key().starts_with(furthest); it->Next()) {
    if (it->value().size() != 8) return std::unexpected(store_.damaged("a cursor"));
    moves.insert_or_assign(own + it->key().ToString().substr(furthest.size()), it->value().ToString());
  }
  CHECK_OK(store_.check(it->status()));
  for (const auto& [moved, value] : pending_) {  // what this batch moved further
    if (moved.starts_with(furthest)) moves.insert_or_assign(own + moved.substr(furthest.size()), value);
  }
  return forget_oldest(user, device, removed);
}

Result<void> RocksdbCursorStore::forget_oldest(const UserKey& user, const DeviceId& keep,
                                               std::vector<std::string>& removed) {
  const auto prefix = inbox_prefix(kDevice, user.str());
  std::unordered_map<std::string, std::uint64_t> adopted;
  const auto it = store_.iterate(Family::inbox);
  for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next()) {
    adopted.emplace(it->key().ToString().substr(prefix.size()),
                    it->value().size() == 8 ? read_be8(it->value().data()) : 0);
  }
  for (const auto& [key, value] : pending_) {
    if (!key.starts_with(prefix)) continue;
    if (value.empty())
      adopted.erase(key.substr(prefix.size()));
    else
      adopted.insert_or_assign(key.substr(prefix.size()), read_be8(value.data()));
  }
  adopted.erase(keep.str());
  while (adopted.size() + 1 > settings_.devices) {
    const auto oldest = std::min_element(adopted.begin(), adopted.end(), [](const auto& a, const auto& b) {
      return std::pair(a.second, a.first) < std::pair(b.second, b.first);
    });
    removed.push_back(prefix + oldest->first);
    const auto cursors = cursor_prefix(user.str(), oldest->first);
    for (it->Seek(cursors); it->Valid() && it->key().starts_with(cursors); it->Next())
      removed.push_back(it->key().ToString());
    adopted.erase(oldest);
  }
  return store_.check(it->status());
}

}  // namespace godwit::rocks

#include "engine/rocksdb/cursor_store.hpp"
#include "engine/rocksdb/keys.hpp"
#include "engine/rocksdb/timeline.hpp"

namespace godwit::rocks {
namespace {

using offline::Row;
using offline::UserRows;

/// Walks the keys under one prefix beside another walk in the same order.
class Beside {
 public:
  Beside(Store& store, std::string prefix) : prefix_(std::move(prefix)), it_(store.iterate(Family::inbox)) {
    it_->Seek(prefix_);
  }

  /// The number at prefix + `name`, or 0. `name` may only grow from call to call.
  Seq at(std::string_view name) {
    for (; it_->Valid() && it_->key().starts_with(prefix_); it_->Next()) {
      const auto here = it_->key().ToStringView().substr(prefix_.size());
      if (here > name) return 0;
      if (here == name) return it_->value().size() == 8 ? read_be8(it_->value().data()) : 0;
    }
    return 0;
  }
  [[nodiscard]] ::rocksdb::Status status() const { return it_->status(); }

 private:
  std::string prefix_;
  std::unique_ptr<::rocksdb::Iterator> it_;
};

std::optional<Row> make_row(std::string_view conversation, std::string_view value) {
  auto name = Conversation::parse(conversation);
  const auto rights = decode_rights(value);
  if (!name || !rights) return std::nullopt;
  Row row;
  row.conversation = std::move(*name);
  row.ranges = rights->ranges();
  row.left_at = rights->left_at();
  return row;
}

}  // namespace

Task<Result<UserRows>> RocksdbCursorStore::rows(const UserKey& user, const DeviceId& device) {
  co_return co_await reads_.run([this, user, device] { return read_rows(user, device); }, user.str());
}

Task<Result<std::optional<Row>>> RocksdbCursorStore::row(const UserKey& user, const Conversation& conversation) {
  co_return co_await reads_.run([this, user, conversation] { return read_row(user, conversation); });
}

Task<Result<bool>> RocksdbCursorStore::knows_device(const UserKey& user, const DeviceId& device) {
  co_return co_await reads_.run([this, key = inbox_key(kDevice, user.str(), device.str())]() -> Result<bool> {
    ::rocksdb::PinnableSlice adopted;
    return store_.get(Family::inbox, key, adopted);
  });
}

Task<Result<std::vector<Seq>>> RocksdbCursorStore::read_positions(Readers readers) {
  co_return co_await reads_.run([this, readers = std::move(readers)] { return read_reads(readers); });
}

Result<std::vector<Seq>> RocksdbCursorStore::read_reads(const Readers& readers) {
  const Store::Use use(store_);
  if (!use) return std::unexpected(store_.error(::rocksdb::Status::Busy("the database is being opened again")));
  std::vector<std::string> names;
  for (const auto& [user, conversation] : readers) names.push_back(inbox_key(kRead, user.str(), conversation.name()));
  const std::vector<::rocksdb::Slice> keys(names.begin(), names.end());
  std::vector<::rocksdb::PinnableSlice> values(keys.size());
  std::vector<::rocksdb::Status> statuses(keys.size());
  store_.db().MultiGet(::rocksdb::ReadOptions(), store_.family(Family::inbox), keys.size(), keys.data(), values.data(),
                       statuses.data());
  std::vector<Seq> reads(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (statuses[i].IsNotFound()) continue;
    CHECK_OK(store_.check(statuses[i]));
    if (values[i].size() == 8) reads[i] = read_be8(values[i].data());
  }
  return reads;
}

Task<Result<std::vector<Result<offline::CursorStore::Standing>>>> RocksdbCursorStore::standings(
    const std::vector<offline::Acknowledged>& devices) {
  using Standings = std::vector<Result<Standing>>;
  co_return co_await reads_.run([this, &devices]() -> Result<Standings> {
    Standings all;
    for (const auto& [user, device, positions] : devices) {
      for (const auto& position : positions) all.push_back(read_standing(user, device, position.first));
    }
    return all;
  });
}

Result<offline::CursorStore::Standing> RocksdbCursorStore::read_standing(const UserKey& user, const DeviceId& device,
                                                                         const Conversation& conversation) {
  ::rocksdb::PinnableSlice value;
  const auto& name = conversation.name();
  TRY(const bool found, store_.get(Family::inbox, inbox_key(kRow, user.str(), name), value));
  if (!found) return fail(Code::not_found);
  TRY(const auto head, read_head(store_, name));
  TRY(const bool moved, store_.get(Family::inbox, cursor_prefix(user.str(), device.str()) + name, value));
  if (moved && value.size() != 8) return std::unexpected(store_.damaged("a cursor of " + user.str()));
  return Standing{.head = head.seq, .cursor = moved ? read_be8(value.data()) : 0};
}

Result<UserRows> RocksdbCursorStore::read_rows(const UserKey& user, const DeviceId& device) {
  TRY(auto untaken, untaken_());
  UserRows own;
  if (!device.empty()) {
    ::rocksdb::PinnableSlice since;
    TRY(own.known, store_.get(Family::inbox, inbox_key(kDevice, user.str(), device.str()), since));
  }
  const bool placed = own.known && !device.empty();
  const auto prefix = inbox_prefix(kRow, user.str());
  const auto it = store_.iterate(Family::inbox);
  Beside reads(store_, inbox_prefix(kRead, user.str()));
  Beside cursors(store_, cursor_prefix(user.str(), device.str()));
  for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next()) {
    const auto name = it->key().ToStringView().substr(prefix.size());
    auto row = make_row(name, it->value().ToStringView());
    if (!row) return std::unexpected(store_.damaged("a row of " + user.str()));
    row->read = reads.at(name);
    row->cursor = placed ? cursors.at(name) : 0;
    own.rows.push_back(std::move(*row));
  }
  for (const auto& status : {it->status(), reads.status(), cursors.status()}) CHECK_OK(store_.check(status));
  CHECK_OK(read_heads(own.rows, !device.empty()));
  Overlay(std::move(untaken)).lay_over(own.rows, user);
  return own;
}

Result<void> RocksdbCursorStore::read_heads(std::vector<Row>& rows, bool floors) {
  constexpr std::size_t kAtOnce = 256;
  const Store::Use use(store_);
  if (!use) return std::unexpected(store_.error(::rocksdb::Status::Busy("the database is being opened again")));
  for (std::size_t begin = 0; begin < rows.size(); begin += kAtOnce) {
    const auto count = std::min(kAtOnce, rows.size() - begin);
    std::vector<std::string> names(count);
    std::vector<::rocksdb::Slice> keys(count);
    for (std::size_t i = 0; i < count; ++i)
      keys[i] = names[i] = conversation_key(rows[begin + i].conversation.name(), kTimelineHead);
    std::vector<::rocksdb::PinnableSlice> values(count);
    std::vector<::rocksdb::Status> statuses(count);
    store_.db().MultiGet(::rocksdb::ReadOptions(), store_.family(Family::conversations), count, keys.data(),
                         values.data(), statuses.data());
    for (std::size_t i = 0; i < count; ++i) {
      if (statuses[i].IsNotFound()) continue;
      CHECK_OK(store_.check(statuses[i]));
      auto& row = rows[begin + i];
      const auto head = decode_head(values[i].ToStringView());
      if (!head) return std::unexpected(store_.damaged("the head of " + row.conversation.name()));
      row.head = *head;
      if (!floors || row.head.seq <= std::min(row.read, row.cursor))
        continue;  // nobody asks how much of nothing expired
      TRY(row.floor, read_floor(store_, row.conversation.name()));
    }
  }
  return {};
}

Result<std::optional<Row>> RocksdbCursorStore::read_row(const UserKey& user, const Conversation& conversation) {
  TRY(auto untaken, untaken_());
  const Overlay overlay(std::move(untaken));
  ::rocksdb::PinnableSlice value;
  std::optional<Row> row;
  TRY(const bool found, store_.get(Family::inbox, inbox_key(kRow, user.str(), conversation.name()), value));
  if (!found) return overlay.lay_over(row, user, conversation), row;
  row = make_row(conversation.name(), value.ToStringView());
  if (!row) return std::unexpected(store_.damaged("a row of " + user.str()));
  TRY(const bool was_read, store_.get(Family::inbox, inbox_key(kRead, user.str(), conversation.name()), value));
  if (was_read && value.size() == 8) row->read = read_be8(value.data());
  TRY(row->head, read_head(store_, conversation.name()));
  TRY(row->floor, read_floor(store_, conversation.name()));
  overlay.lay_over(row, user, conversation);
  return row;
}

}  // namespace godwit::rocks

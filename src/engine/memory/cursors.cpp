#include <algorithm>

#include "base/planted.hpp"
#include "engine/memory/inbox.hpp"

namespace godwit::engine::memory {

using offline::Acknowledged;
using offline::Row;
using offline::UserRows;

namespace {
constexpr std::ptrdiff_t kMostDevices = 50;
}  // namespace

Row MemoryInbox::row_of(const Rows::Reader& reader, const ReadingRights& rights) const {
  const auto& conversation = reader.second;
  return {.conversation = conversation,
          .ranges = rights.ranges(),
          .left_at = rights.left_at(),
          .head = value_at(rows_.heads, conversation),
          .floor = value_at(rows_.floors, conversation),
          .read = value_at(rows_.read, reader)};
}

Task<Result<UserRows>> MemoryInbox::rows(const UserKey& user, const DeviceId& device) {
  const std::lock_guard lock(disk_.mutex);
  UserRows own{.rows = {}, .known = device.empty() || rows_.devices.contains({user, device})};
  for (auto next = rows_.rights.lower_bound({user, Conversation()});
       next != rows_.rights.end() && next->first.first == user; ++next) {
    auto& row = own.rows.emplace_back(row_of(next->first, next->second));
    row.cursor = value_at(rows_.cursors, std::tuple(user, device, row.conversation));
  }
  co_return own;
}

Task<Result<std::optional<Row>>> MemoryInbox::row(const UserKey& user, const Conversation& conversation) {
  const std::lock_guard lock(disk_.mutex);
  const auto found = rows_.rights.find({user, conversation});
  if (found == rows_.rights.end()) co_return std::nullopt;
  co_return row_of(found->first, found->second);
}

Task<Result<std::vector<Seq>>> MemoryInbox::read_positions(Readers readers) {
  const std::lock_guard lock(disk_.mutex);
  std::vector<Seq> positions;
  for (const auto& reader : readers) positions.push_back(value_at(rows_.read, reader));
  co_return positions;
}

Task<Result<offline::CursorStore::Moved>> MemoryInbox::set_read(const UserKey& user, const Conversation& conversation,
                                                                Seq seq) {
  const std::lock_guard lock(disk_.mutex);
  const auto before = value_at(rows_.read, Rows::Reader(user, conversation));
  if (seq <= before) co_return Moved{.read = before, .moved = false};
  disk_.journal.change(rows_.read, {user, conversation}) = seq;
  disk_.sync();
  co_return Moved{.read = seq, .moved = true};
}

Task<Result<void>> MemoryInbox::adopt_device(const UserKey& user, const DeviceId& device) {
  const std::lock_guard lock(disk_.mutex);
  const bool known = rows_.devices.contains({user, device});
  for (auto next = rows_.furthest.lower_bound({user, Conversation()});
       !known && next != rows_.furthest.end() && next->first.first == user; ++next)
    disk_.journal.change(rows_.cursors, {user, device, next->first.second}) = next->second;
  make_known(user, device);
  known ? disk_.written() : disk_.sync();
  co_return Result<void>();
}

void MemoryInbox::make_known(const UserKey& user, const DeviceId& device) {
  disk_.journal.change(rows_.devices, {user, device}) = ++rows_.adoptions;
  forget_oldest(user);
}

void MemoryInbox::forget_oldest(const UserKey& user) {
  const auto begin = rows_.devices.lower_bound({user, DeviceId()});
  auto end = begin;
  while (end != rows_.devices.end() && end->first.first == user) ++end;
  if (std::distance(begin, end) <= kMostDevices) return;
  const auto oldest =
      std::min_element(begin, end, [](const auto& a, const auto& b) { return a.second < b.second; })->first;
  std::vector<Conversation> all;
  for (auto next = rows_.cursors.lower_bound({user, oldest.second, Conversation()});
       next != rows_.cursors.end() && std::get<0>(next->first) == user && std::get<1>(next->first) == oldest.second;
       ++next)
    all.push_back(std::get<2>(next->first));
  for (const auto& conversation : all) disk_.journal.erase(rows_.cursors, {user, oldest.second, conversation});
  disk_.journal.erase(rows_.devices, oldest);
}

Task<Result<bool>> MemoryInbox::knows_device(const UserKey& user, const DeviceId& device) {
  const std::lock_guard lock(disk_.mutex);
  co_return rows_.devices.contains({user, device});
}

Task<Result<std::vector<Result<offline::CursorStore::Standing>>>> MemoryInbox::standings(
    const std::vector<Acknowledged>& devices) {
  const std::lock_guard lock(disk_.mutex);
  std::vector<Result<Standing>> all;
  for (const auto& [user, device, positions] : devices) {
    for (const auto& [conversation, seq] : positions) {
      const auto head = rows_.heads.find(conversation);
      if (!rows_.rights.contains({user, conversation}) || head == rows_.heads.end())
        all.emplace_back(fail(Code::not_found));
      else
        all.emplace_back(Standing{.head = head->second.seq,
                                  .cursor = value_at(rows_.cursors, std::tuple(user, device, conversation))});
    }
  }
  co_return all;
}

Task<Result<void>> MemoryInbox::advance(std::vector<Acknowledged> devices) {
  const std::lock_guard lock(disk_.mutex);
  for (const auto& [user, device, positions] : devices) {
    if (!rows_.devices.contains({user, device})) make_known(user, device);
    for (const auto& [conversation, seq] : positions) {
      move(user, device, conversation, seq);
      if (!planted(Bug::cursor_of_another_device)) continue;
      for (const auto& [other, adopted] : rows_.devices)
        if (other.first == user) move(user, other.second, conversation, seq);
    }
  }
  disk_.written();
  co_return Result<void>();
}

void MemoryInbox::move(const UserKey& user, const DeviceId& device, const Conversation& conversation, Seq seq) {
  if (seq > value_at(rows_.cursors, std::tuple(user, device, conversation)))
    disk_.journal.change(rows_.cursors, {user, device, conversation}) = seq;
  if (seq > value_at(rows_.furthest, Rows::Reader(user, conversation)))
    disk_.journal.change(rows_.furthest, {user, conversation}) = seq;
}

}  // namespace godwit::engine::memory

#include "engine/rocksdb/values.hpp"

#include "wire/record.hpp"

namespace godwit::rocks {
namespace {

constexpr std::size_t kEntryHead = 9;
constexpr std::string_view kRightsMark("\x80\x00\x7F", 3);

std::string entry_head(EntryKind kind, Millis time) {
  std::string value(1, static_cast<char>(kind));
  put_be8(value, static_cast<std::uint64_t>(time));
  return value;
}

/// A row of version 1.
std::optional<ReadingRights> decode_outcome(std::string_view value) {
  ByteReader reader(value);
  const auto left_at = static_cast<Millis>(reader.varint());
  std::vector<ReadRange> ranges;
  for (auto left = reader.varint(); left > 0 && reader.ok(); --left) {
    const auto from = reader.varint(), to = reader.varint();
    ranges.push_back({.from = from, .to = to});
  }
  if (!reader.ok()) return std::nullopt;
  return ReadingRights(ReadRanges(std::move(ranges)), left_at);
}

}  // namespace

std::string encode_entry(const Message& message) {
  return entry_head(EntryKind::message, message.time) += wire::encode_record(message);
}

std::string encode_placeholder(Millis time) { return entry_head(EntryKind::recalled_before_it_came, time); }

std::optional<Entry> decode_entry(std::string_view value) {
  if (value.size() < kEntryHead) return std::nullopt;
  const auto kind = static_cast<EntryKind>(value.front());
  if (kind != EntryKind::message && kind != EntryKind::recalled_before_it_came) return std::nullopt;
  return Entry{
      .kind = kind, .time = static_cast<Millis>(read_be8(value.data() + 1)), .record = value.substr(kEntryHead)};
}

std::string encode_head(const offline::Head& head) {
  std::string value;
  put_varint(value, head.seq);
  put_varint(value, static_cast<std::uint64_t>(head.time));
  return value;
}

std::optional<offline::Head> decode_head(std::string_view value) {
  ByteReader reader(value);
  offline::Head head;
  head.seq = reader.varint();
  head.time = static_cast<Millis>(reader.varint());
  return reader.ok() ? std::optional(head) : std::nullopt;
}

std::string encode_rights(const ReadingRights& rights) {
  std::string value(kRightsMark);
  put_varint(value, rights.events().size());
  for (const auto& event : rights.events()) {
    put_varint(value, event.place);
    if (event.leaves()) put_varint(value, static_cast<std::uint64_t>(event.time));
  }
  return value;
}

std::optional<ReadingRights> decode_rights(std::string_view value) {
  if (!value.starts_with(kRightsMark)) return decode_outcome(value);
  ByteReader reader(value.substr(kRightsMark.size()));
  ReadingRights rights;
  for (auto left = reader.varint(); left > 0 && reader.ok(); --left) {
    StayEvent event{.place = reader.varint()};
    if (event.leaves()) event.time = static_cast<Millis>(reader.varint());
    if (reader.ok()) rights.add(event);
  }
  return reader.ok() ? std::optional(std::move(rights)) : std::nullopt;
}

}  // namespace godwit::rocks

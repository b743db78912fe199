#include "engine/rocksdb/values.hpp"

#include "wire/record.hpp"

namespace godwit::rocks {
namespace {

constexpr std::size_t kEntryHead = 9;

std::string entry_head(EntryKind kind, Millis time) {
  std::string value(1, static_cast<char>(kind));
  put_be8(value, static_cast<std::uint64_t>(time));
  return value;
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

std::string encode_stays(const Stays& stays) {
  std::string value;
  put_varint(value, static_cast<std::uint64_t>(stays.left_at));
  put_varint(value, stays.ranges.spans().size());
  for (const auto& [from, to] : stays.ranges.spans()) {
    put_varint(value, from);
    put_varint(value, to);
  }
  return value;
}

std::optional<Stays> decode_stays(std::string_view value) {
  ByteReader reader(value);
  Stays stays;
  stays.left_at = static_cast<Millis>(reader.varint());
  std::vector<ReadRange> ranges;
  for (auto left = reader.varint(); left > 0 && reader.ok(); --left) {
    const auto from = reader.varint(), to = reader.varint();
    ranges.push_back({.from = from, .to = to});
  }
  stays.ranges = ReadRanges(std::move(ranges));
  return reader.ok() ? std::optional(std::move(stays)) : std::nullopt;
}

}  // namespace godwit::rocks

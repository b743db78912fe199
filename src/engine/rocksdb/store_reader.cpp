#include "engine/rocksdb/store_reader.hpp"

#include "engine/rocksdb/keys.hpp"
#include "engine/rocksdb/values.hpp"
#include "wire/record.hpp"

namespace godwit::rocks {
namespace {

std::unexpected<Error> damaged(std::string_view what, std::string_view key) {
  std::string shown(key);
  for (auto& c : shown)
    if (c < ' ') c = ' ';
  return fail(Code::unavailable, std::string(what) + " is damaged: " + shown);
}

/// "<owner> NUL <rest>"
std::optional<std::pair<std::string_view, std::string_view>> halves(std::string_view key) {
  const auto end = key.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  return std::pair(key.substr(0, end), key.substr(end + 1));
}

std::optional<std::uint64_t> number_of(std::string_view value) {
  return value.size() == 8 ? std::optional(read_be8(value.data())) : std::nullopt;
}

std::optional<dispatch::Sent> sent_of(std::string_view once, std::string_view value) {
  ByteReader reader(value);
  dispatch::Sent sent{.once = std::string(once), .fingerprint = {}, .id = {}};
  sent.seq = reader.varint();
  sent.time = static_cast<Millis>(reader.varint());
  sent.id = MessageId(reader.bytes(reader.varint()));
  sent.fingerprint = reader.rest();
  return reader.ok() ? std::optional(std::move(sent)) : std::nullopt;
}

/// "<user> NUL <length of device> <device> <conversation>"
std::optional<StoreReader::Position> cursor_of(std::string_view key, std::string_view value) {
  const auto parts = halves(key);
  const auto seq = number_of(value);
  if (!parts || !seq || parts->second.size() < 2) return std::nullopt;
  const auto [user, rest] = *parts;
  const auto length = static_cast<std::size_t>(static_cast<unsigned char>(rest[0])) << 8U |
                      static_cast<std::size_t>(static_cast<unsigned char>(rest[1]));
  if (rest.size() < 2 + length) return std::nullopt;
  const auto conversation = Conversation::parse(rest.substr(2 + length));
  if (!conversation) return std::nullopt;
  return StoreReader::Position{UserKey(user), DeviceId(rest.substr(2, length)), *conversation, *seq};
}

}  // namespace

Result<std::unique_ptr<StoreReader>> StoreReader::open(const std::filesystem::path& directory, const Clock& clock,
                                                       Log& log) {
  TRY(auto store, Store::open_to_read(directory, Settings(), clock, log));
  return std::unique_ptr<StoreReader>(new StoreReader(std::move(store)));
}

Result<void> StoreReader::walk(Family family, std::string_view prefix,
                               const Sink<std::string_view, std::string_view>& sink) {
  const auto it = store_->iterate(family, /*fill_cache=*/false);
  for (it->Seek(::rocksdb::Slice(prefix.data(), prefix.size()));
       it->Valid() && it->key().ToStringView().starts_with(prefix); it->Next())
    CHECK_OK(sink(it->key().ToStringView().substr(prefix.size()), it->value().ToStringView()));
  return store_->check(it->status());
}

Result<void> StoreReader::heads(const Sink<const Conversation&, dispatch::Head>& sink) {
  return walk(Family::conversations, {}, [&](std::string_view key, std::string_view value) -> Result<void> {
    if (key.empty() || key.back() != kLedgerHead) return {};
    const auto parts = halves(key);
    const auto conversation = parts ? Conversation::parse(parts->first) : std::nullopt;
    const auto head = decode_head(value);
    if (!conversation || !head) return damaged("the head of a conversation", key);
    return sink(*conversation, {.seq = head->seq, .time = head->time});
  });
}

Result<void> StoreReader::sent(const Sink<dispatch::Sent>& sink) {
  return walk(Family::sent, {}, [&](std::string_view key, std::string_view value) -> Result<void> {
    auto sent = sent_of(key, value);
    if (!sent) return damaged("an entry of what was sent", key);
    return sink(std::move(*sent));
  });
}

Result<void> StoreReader::entries(const Sink<MessagePtr>& sink) {
  return walk(Family::entries, {}, [&](std::string_view key, std::string_view value) -> Result<void> {
    const auto entry = decode_entry(value);
    if (!entry) return damaged("an entry of the inbox", key);
    if (entry->kind == EntryKind::recalled_before_it_came) return {};
    auto message = wire::decode_record(entry->record);
    if (!message) return damaged("an entry of the inbox", key);
    return sink(std::make_shared<const Message>(std::move(*message)));
  });
}

Result<void> StoreReader::stays(const Sink<dispatch::Stay>& sink) {
  return walk(Family::inbox, {&kRow, 1}, [&](std::string_view key, std::string_view value) -> Result<void> {
    const auto parts = halves(key);
    const auto conversation = parts ? Conversation::parse(parts->second) : std::nullopt;
    const auto rights = decode_rights(value);
    if (!conversation || !rights) return damaged("a row", key);
    for (const auto& event : rights->events()) CHECK_OK(sink({*conversation, UserKey(parts->first), event}));
    return {};
  });
}

Result<void> StoreReader::devices(const Sink<const UserKey&, const DeviceId&, Millis>& sink) {
  return walk(Family::inbox, {&kDevice, 1}, [&](std::string_view key, std::string_view value) -> Result<void> {
    const auto parts = halves(key);
    const auto adopted = number_of(value);
    if (!parts || !adopted) return damaged("a device", key);
    return sink(UserKey(parts->first), DeviceId(parts->second), static_cast<Millis>(*adopted));
  });
}

Result<void> StoreReader::read_positions(const Sink<Position>& sink) {
  return walk(Family::inbox, {&kRead, 1}, [&](std::string_view key, std::string_view value) -> Result<void> {
    const auto parts = halves(key);
    const auto conversation = parts ? Conversation::parse(parts->second) : std::nullopt;
    const auto seq = number_of(value);
    if (!conversation || !seq) return damaged("a read position", key);
    return sink({UserKey(parts->first), {}, *conversation, *seq});
  });
}

Result<void> StoreReader::cursors(const Sink<Position>& sink) {
  return walk(Family::inbox, {&kCursor, 1}, [&](std::string_view key, std::string_view value) -> Result<void> {
    auto cursor = cursor_of(key, value);
    if (!cursor) return damaged("a cursor", key);
    return sink(std::move(*cursor));
  });
}

}  // namespace godwit::rocks

#include "wire/record.hpp"

#include <array>
#include <cstdint>
#include <utility>

namespace godwit::wire {
namespace {

constexpr char kVersion = 1;
constexpr unsigned char kRecalled = 1;

enum Tag : unsigned char {
  kConversation = 1,
  kId,
  kSender,
  kReceiver,
  kText,
  kClientId,
  kSenderDevice,
  kReplyTo,
  kTitle,
  kRequest,
  kGroup,
  kChange,
  kTarget,
  kDetail,
  kJoined,
  kLeft,
};

/// CRC-32C (RFC 3720, reflected 0x82F63B78), eight bytes at a step by table.
constexpr auto kCrcTable = [] {
  std::array<std::array<std::uint32_t, 256>, 8> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0x82F63B78U : 0U);
    table[0][i] = crc;
  }
  for (std::size_t k = 1; k < 8; ++k) {
    for (std::size_t i = 0; i < 256; ++i) table[k][i] = (table[k - 1][i] >> 8) ^ table[0][table[k - 1][i] & 255U];
  }
  return table;
}();

std::uint32_t crc32c(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    crc ^= at(i) | (at(i + 1) << 8U) | (at(i + 2) << 16U) | (static_cast<std::uint32_t>(at(i + 3)) << 24U);
    crc = kCrcTable[7][crc & 255U] ^ kCrcTable[6][(crc >> 8) & 255U] ^ kCrcTable[5][(crc >> 16) & 255U] ^
          kCrcTable[4][crc >> 24] ^ kCrcTable[3][at(i + 4)] ^ kCrcTable[2][at(i + 5)] ^ kCrcTable[1][at(i + 6)] ^
          kCrcTable[0][at(i + 7)];
  }
  for (; i < bytes.size(); ++i) crc = (crc >> 8) ^ kCrcTable[0][(crc ^ at(i)) & 255U];
  return ~crc;
}

void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80U);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

void put_field(std::string& out, Tag tag, std::string_view value) {
  if (value.empty()) return;
  out += static_cast<char>(tag);
  put_varint(out, value.size());
  out += value;
}

/// Reads forward; `ok` turns false where the bytes end early, and stays so.
struct Reader {
  std::string_view bytes;
  bool ok = true;

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (bytes.empty()) break;
      const auto byte = static_cast<unsigned char>(bytes.front());
      bytes.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
      if (byte < 0x80) return value;
    }
    ok = false;
    return 0;
  }
  std::string_view take(std::uint64_t size) {
    if (size > bytes.size()) {
      ok = false;
      return {};
    }
    const auto taken = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return taken;
  }
};

/// The fields that are plain text.
constexpr std::pair<Tag, std::string Message::*> kTexts[] = {
    {kSender, &Message::sender},      {kReceiver, &Message::receiver}, {kText, &Message::text},
    {kClientId, &Message::client_id}, {kReplyTo, &Message::reply_to},  {kTitle, &Message::title},
    {kRequest, &Message::request},    {kGroup, &Message::group},       {kChange, &Message::change},
    {kTarget, &Message::target},      {kDetail, &Message::detail},
};

/// False where the value cannot be. A tag that is not known is a later version's field: passed over.
bool set_field(Message& message, unsigned char tag, std::string_view value) {
  for (const auto& [known, text] : kTexts) {
    if (known != tag) continue;
    message.*text = value;
    return true;
  }
  if (tag == kConversation) {
    auto conversation = Conversation::parse(value);
    if (!conversation) return false;
    message.conversation = std::move(*conversation);
  }
  if (tag == kId) message.id = MessageId(value);
  if (tag == kSenderDevice) message.sender_device = DeviceId(value);
  if (tag == kJoined) message.joined.emplace_back(value);
  if (tag == kLeft) message.left.emplace_back(value);
  return true;
}

std::unexpected<Error> damaged(std::string_view what) {
  return fail(Code::internal, "a stored record is damaged: " + std::string(what));
}

}  // namespace

std::string encode_record(const Message& message) {
  std::string out;
  out.reserve(160 + message.text.size() + 34 * (message.joined.size() + message.left.size()));
  out += kVersion;
  out += static_cast<char>(message.recalled ? kRecalled : 0);
  put_varint(out, static_cast<std::uint64_t>(message.type));
  put_varint(out, message.seq);
  put_varint(out, static_cast<std::uint64_t>(message.time));
  put_varint(out, message.target_seq);
  put_field(out, kConversation, message.conversation.name());
  put_field(out, kId, message.id.str());
  put_field(out, kSender, message.sender);
  put_field(out, kReceiver, message.receiver);
  put_field(out, kText, message.text);
  put_field(out, kClientId, message.client_id);
  put_field(out, kSenderDevice, message.sender_device.str());
  put_field(out, kReplyTo, message.reply_to);
  put_field(out, kTitle, message.title);
  put_field(out, kRequest, message.request);
  put_field(out, kGroup, message.group);
  put_field(out, kChange, message.change);
  put_field(out, kTarget, message.target);
  put_field(out, kDetail, message.detail);
  for (const auto& user : message.joined) put_field(out, kJoined, user.str());
  for (const auto& user : message.left) put_field(out, kLeft, user.str());
  const auto crc = crc32c(out);
  for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>(crc >> shift);
  return out;
}

Result<Message> decode_record(std::string_view bytes) {
  if (bytes.size() < 10) return damaged("it is too short");
  if (bytes.front() != kVersion) return damaged("its version is unknown");
  const auto body = bytes.substr(0, bytes.size() - 4);
  std::uint32_t crc = 0;
  for (unsigned i = 0; i < 4; ++i)
    crc |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[body.size() + i])) << (8 * i);
  if (crc32c(body) != crc) return damaged("its checksum differs");
  Message message;
  message.recalled = (static_cast<unsigned char>(body[1]) & kRecalled) != 0;
  Reader reader{body.substr(2)};
  message.type = static_cast<Type>(reader.varint());
  message.seq = reader.varint();
  message.time = static_cast<Millis>(reader.varint());
  message.target_seq = reader.varint();
  while (reader.ok && !reader.bytes.empty()) {
    const auto tag = static_cast<unsigned char>(reader.bytes.front());
    reader.bytes.remove_prefix(1);
    const auto value = reader.take(reader.varint());
    if (reader.ok && !set_field(message, tag, value)) return damaged("its conversation has no valid name");
  }
  if (!reader.ok) return damaged("a field ends early");
  if (message.conversation.name().empty()) return damaged("it names no conversation");
  return message;
}

}  // namespace godwit::wire

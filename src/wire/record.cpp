#include "wire/record.hpp"

#include <utility>

#include "base/bytes.hpp"

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

void put_field(std::string& out, Tag tag, std::string_view value) {
  if (value.empty()) return;
  out += static_cast<char>(tag);
  put_varint(out, value.size());
  out += value;
}

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
  put_crc(out);
  return out;
}

Result<Message> decode_record(std::string_view bytes) {
  if (bytes.size() < 10) return damaged("it is too short");
  if (bytes.front() != kVersion) return damaged("its version is unknown");
  const auto body = bytes.substr(0, bytes.size() - 4);
  if (!has_crc(body, bytes.substr(body.size()))) return damaged("its checksum differs");
  Message message;
  message.recalled = (static_cast<unsigned char>(body[1]) & kRecalled) != 0;
  ByteReader reader(body.substr(2));
  message.type = static_cast<Type>(reader.varint());
  message.seq = reader.varint();
  message.time = static_cast<Millis>(reader.varint());
  message.target_seq = reader.varint();
  while (reader.ok() && !reader.empty()) {
    const auto tag = reader.byte();
    const auto value = reader.bytes(reader.varint());
    if (reader.ok() && !set_field(message, tag, value)) return damaged("its conversation has no valid name");
  }
  if (!reader.ok()) return damaged("a field ends early");
  if (message.conversation.name().empty()) return damaged("it names no conversation");
  return message;
}

}  // namespace godwit::wire

#include "rpc/domain_values.hpp"

#include <algorithm>
#include <limits>

namespace godwit::rpc {

std::unexpected<Error> not_valid(std::string_view what) {
  return fail(Code::malformed_request, "not valid: " + std::string(what));
}

void write(const Message& from, wire::Message& to) {
  to.set_type(static_cast<std::uint32_t>(from.type));
  to.set_conversation(from.conversation.name());
  to.set_id(from.id.str());
  to.set_seq(from.seq);
  to.set_time(from.time);
  to.set_sender(from.sender);
  to.set_receiver(from.receiver);
  to.set_text(from.text);
  to.set_client_id(from.client_id);
  to.set_sender_device(from.sender_device.str());
  to.set_reply_to(from.reply_to);
  to.set_title(from.title);
  to.set_request(from.request);
  to.set_group(from.group);
  to.set_change(from.change);
  to.set_target(from.target);
  to.set_target_seq(from.target_seq);
  to.set_detail(from.detail);
  to.set_recalled(from.recalled);
  write(from.joined, *to.mutable_joined());
  write(from.left, *to.mutable_left());
}

Result<Message> read(const wire::Message& from) {
  const auto type = static_cast<Type>(from.type());
  if (from.type() > std::numeric_limits<std::uint16_t>::max() || !is_kept(type)) return not_valid("message.type");
  TRY(auto conversation, read_conversation(from.conversation()));
  TRY(auto joined, read(from.joined()));
  TRY(auto left, read(from.left()));
  return Message{.type = type,
                 .conversation = std::move(conversation),
                 .id = MessageId(from.id()),
                 .seq = from.seq(),
                 .time = from.time(),
                 .sender = from.sender(),
                 .receiver = from.receiver(),
                 .text = from.text(),
                 .client_id = from.client_id(),
                 .sender_device = DeviceId(from.sender_device()),
                 .reply_to = from.reply_to(),
                 .title = from.title(),
                 .request = from.request(),
                 .group = from.group(),
                 .change = from.change(),
                 .target = from.target(),
                 .target_seq = from.target_seq(),
                 .detail = from.detail(),
                 .recalled = from.recalled(),
                 .joined = std::move(joined),
                 .left = std::move(left)};
}

Result<MessagePtr> read_shared(const wire::Message& from) {
  TRY(auto message, read(from));
  return std::make_shared<const Message>(std::move(message));
}

void write(const Identity& from, wire::Identity& to) {
  to.set_user(from.user.str());
  to.set_session(from.session.str());
  to.set_device(from.device.str());
  to.set_expires_at(from.expires_at);
}
Result<Identity> read(const wire::Identity& from) {
  TRY(auto user, read_name<UserKey>(from.user(), "who.user"));
  return Identity{.user = std::move(user),
                  .session = SessionId(from.session()),
                  .device = DeviceId(from.device()),
                  .expires_at = from.expires_at()};
}

void write(const Card& from, wire::Card& to) {
  to.set_key(from.key);
  to.set_name(from.name);
  to.set_avatar(from.avatar);
}
Card read(const wire::Card& from) { return {.key = from.key(), .name = from.name(), .avatar = from.avatar()}; }

void write(const changes::Position& from, wire::ChangePosition& to) {
  to.set_epoch(from.epoch);
  to.set_number(from.number);
}
changes::Position read(const wire::ChangePosition& from) { return {.epoch = from.epoch(), .number = from.number()}; }

void write(const std::vector<UserKey>& from, google::protobuf::RepeatedPtrField<std::string>& to) {
  to.Reserve(static_cast<int>(from.size()));
  for (const auto& key : from) to.Add(std::string(key.str()));
}
Result<std::vector<UserKey>> read(const google::protobuf::RepeatedPtrField<std::string>& from) {
  std::vector<UserKey> out;
  out.reserve(static_cast<std::size_t>(from.size()));
  for (const auto& key : from) {
    TRY(auto user, read_name<UserKey>(key, "user"));
    out.push_back(std::move(user));
  }
  return out;
}

void write(const std::vector<MessagePtr>& from, google::protobuf::RepeatedPtrField<wire::Message>& to) {
  to.Reserve(static_cast<int>(from.size()));
  for (const auto& message : from) write(*message, *to.Add());
}
Result<std::vector<MessagePtr>> read(const google::protobuf::RepeatedPtrField<wire::Message>& from) {
  std::vector<MessagePtr> out;
  out.reserve(static_cast<std::size_t>(from.size()));
  for (const auto& one : from) {
    TRY(auto message, read_shared(one));
    out.push_back(std::move(message));
  }
  return out;
}

Result<Conversation> read_conversation(const std::string& name) {
  auto conversation = Conversation::parse(name);
  if (!conversation) return not_valid("conversation");
  return std::move(*conversation);
}

std::uint32_t write_limit(std::size_t limit) noexcept {
  return static_cast<std::uint32_t>(std::min<std::size_t>(limit, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace godwit::rpc

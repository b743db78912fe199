#include "wire/frame.hpp"

#include <charconv>

#include "base/log.hpp"
#include "wire/json.hpp"

namespace godwit::wire {
namespace {

void append_number(std::string& out, std::uint64_t value) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void append_text(std::string& out, std::string_view key, std::string_view value) {
  out += ",\"";
  out += key;
  out += "\":";
  append_json_string(out, value);
}
void append_text_unless_empty(std::string& out, std::string_view key, std::string_view value) {
  if (!value.empty()) append_text(out, key, value);
}

/// The four fields of every frame; leaves the object open.
void open_frame(std::string& out, Type type, std::string_view sender, std::string_view receiver,
                std::string_view text) {
  out += "{\"type\":";
  append_number(out, static_cast<unsigned>(type));
  append_text(out, "msgSender", sender);
  append_text(out, "msgReceiver", receiver);
  append_text(out, "msg", text);
}

/// The same, of a frame of its own; with room for most.
std::string begin_frame(Type type, std::string_view sender, std::string_view receiver, std::string_view text) {
  std::string out;
  out.reserve(384);
  open_frame(out, type, sender, receiver, text);
  return out;
}

/// What 208 and 209 say: the message that was recalled, the member that was changed and how.
void append_change(std::string& out, const Message& message) {
  if (message.type == Type::recalled) {
    out += ",\"target\":{\"id\":";
    append_json_string(out, message.target);
    out += ",\"seq\":";
    append_number(out, message.target_seq);
    out += '}';
    return;
  }
  append_text_unless_empty(out, "change", message.change);
  append_text_unless_empty(out, "target", message.target);
  if (message.detail.empty()) return;
  if (message.change == "muted") {
    out += ",\"mutedUntil\":";
    out += message.detail == "0" ? std::string_view("null") : std::string_view(message.detail);
  } else if (message.change == "role") {
    append_text(out, "role", message.detail);
  } else if (message.change == "renamed") {
    append_text(out, "name", message.detail);
  }
}

}  // namespace

bool shared_by_readers(const Message& message) noexcept {
  return message.conversation.kind() == Conversation::Kind::group && message.type != Type::join_approved;
}

void append(std::string& out, const Message& message, const UserKey& viewer) {
  const bool to_viewer = message.type == Type::join_approved;
  open_frame(out, message.type, message.sender, to_viewer ? viewer.str() : message.receiver,
             message.recalled ? std::string_view() : std::string_view(message.text));
  append_text(out, "id", message.id.str());
  append_text(out, "conversation", message.conversation.seen_by(viewer));
  out += ",\"seq\":";
  append_number(out, message.seq);
  out += ",\"time\":";
  append_number(out, static_cast<std::uint64_t>(message.time));
  append_text_unless_empty(out, "replyTo", message.reply_to);
  append_text_unless_empty(out, "title", message.title);
  append_text_unless_empty(out, "request", message.request);
  append_text_unless_empty(out, "group", message.group);
  append_change(out, message);
  if (message.recalled) out += ",\"recalled\":true";
  if (is_chat(message.type) && message.sender == viewer.str())
    append_text_unless_empty(out, "clientId", message.client_id);
  out += '}';
}

std::string render(const Message& message, const UserKey& viewer) {
  std::string out;
  out.reserve(256 + message.text.size());
  append(out, message, viewer);
  return out;
}

std::string connected_frame(const Identity& who, std::string_view node, std::int64_t ping_seconds) {
  auto out = begin_frame(Type::connected, who.user.str(), "", "");
  append_text(out, "session", who.session.str());
  append_text(out, "node", node);
  out += ",\"ping\":";
  append_number(out, static_cast<std::uint64_t>(ping_seconds));
  out += '}';
  return out;
}

std::string connection_error_frame(std::string_view code, std::string_view text) {
  auto out = begin_frame(Type::connection_error, "", "", text);
  append_text(out, "code", code);
  out += '}';
  return out;
}

std::string read_frame(const UserKey& reader, const UserKey& viewer, const Conversation& conversation, Seq seq) {
  auto out = begin_frame(Type::read, reader.str(), viewer.str(), "");
  append_text(out, "conversation", conversation.seen_by(viewer));
  out += ",\"seq\":";
  append_number(out, seq);
  out += '}';
  return out;
}

std::string typing_frame(const UserKey& writer, const UserKey& viewer, const Conversation& conversation) {
  const bool group = conversation.kind() == Conversation::Kind::group;
  auto out = begin_frame(Type::typing, writer.str(), group ? conversation.group().str() : viewer.str(), "");
  append_text(out, "conversation", conversation.seen_by(viewer));
  out += '}';
  return out;
}

std::string presence_frame(const UserKey& friend_key, const UserKey& viewer, bool online) {
  auto out = begin_frame(Type::presence, friend_key.str(), viewer.str(), "");
  out += online ? ",\"online\":true}" : ",\"online\":false}";
  return out;
}

std::string missed_frame() {
  auto out = begin_frame(Type::missed, "", "", "");
  out += '}';
  return out;
}

Result<ClientFrame> parse_client_frame(std::string_view text) {
  const auto violation = [](std::string detail) { return fail(Code::malformed_json, std::move(detail)); };
  auto fields = Fields::parse(text);
  if (!fields) return violation("a frame must be a JSON object");
  ClientFrame frame;
  const auto type = fields->integer("type");
  if (type != 301 && type != 303) return violation("a client may send 301 and 303");
  frame.type = static_cast<Type>(type);
  frame.conversation = fields->text("conversation");
  if (frame.type == Type::acknowledge) {
    const auto seq = fields->integer("seq");
    if (seq < 0) return violation("seq must not be negative");
    frame.seq = static_cast<Seq>(seq);
  }
  if (!fields->verdict()) return violation("a field is missing or of a wrong type");
  return frame;
}

}  // namespace godwit::wire

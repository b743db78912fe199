#include "clients/terminal/parse.hpp"

#include <boost/json.hpp>

namespace godwit::chat {
namespace json = boost::json;
namespace {

std::string text(const json::object& from, std::string_view name) {
  const auto* value = from.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}
std::int64_t number(const json::object& from, std::string_view name) {
  const auto* value = from.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}
Seq sequence(const json::object& from, std::string_view name) {
  return static_cast<Seq>(std::max<std::int64_t>(0, number(from, name)));
}
bool truth(const json::object& from, std::string_view name, bool otherwise = false) {
  const auto* value = from.if_contains(name);
  return value != nullptr && value->is_bool() ? value->get_bool() : otherwise;
}
const json::object& object(const json::object& from, std::string_view name) {
  static const json::object none;
  const auto* value = from.if_contains(name);
  return value != nullptr && value->is_object() ? value->get_object() : none;
}
Person person(const json::object& from) { return {text(from, "key"), text(from, "name")}; }

void read(const json::object& from, Frame& frame) {
  frame.type = static_cast<Type>(number(from, "type"));
  frame.sender = text(from, "msgSender");
  frame.receiver = text(from, "msgReceiver");
  frame.text = text(from, "msg");
  frame.id = text(from, "id");
  frame.conversation = text(from, "conversation");
  frame.seq = sequence(from, "seq");
  frame.time = number(from, "time");
  frame.recalled = truth(from, "recalled");
  frame.reply_to = text(from, "replyTo");
  frame.client_id = text(from, "clientId");
  frame.title = text(from, "title");
  frame.request = text(from, "request");
  frame.group = text(from, "group");
  frame.change = text(from, "change");
  frame.target = text(from, "target");
  if (const auto& target = object(from, "target"); !target.empty()) {
    frame.target = text(target, "id");
    frame.target_seq = sequence(target, "seq");
  }
  frame.detail = frame.change == "role"      ? text(from, "role")
                 : frame.change == "renamed" ? text(from, "name")
                 : frame.change == "muted"   ? std::to_string(number(from, "mutedUntil"))
                                             : std::string();
  frame.online = truth(from, "online");
  frame.code = text(from, "code");
  frame.ping_s = number(from, "ping");
}
void read(const json::object& from, Profile& out) {
  out = {text(from, "key"), text(from, "name"), text(from, "bio"), number(from, "createdAt")};
}
void read(const json::object& from, FriendRow& out) {
  out = {person(object(from, "user")), text(from, "alias"), number(from, "since"), truth(from, "online")};
}
void read(const json::object& from, RequestRow& out) {
  const bool of_group = from.contains("group");
  out = {text(from, "id"),
         of_group,
         person(object(from, "sender")),
         person(object(from, of_group ? "group" : "receiver")),
         text(from, "note"),
         text(from, "state"),
         number(from, "createdAt")};
}
void read(const json::object& from, GroupRow& out) {
  out = {text(from, "key"),   text(from, "name"), text(from, "notice"),       text(from, "joinPolicy"),
         text(from, "owner"), text(from, "role"), number(from, "memberCount")};
}
void read(const json::object& from, MemberRow& out) {
  out = {person(object(from, "user")), text(from, "role"), number(from, "mutedUntil")};
}
void read(const json::object& from, DeviceRow& out) {
  const auto& device = object(from, "device");
  out = {text(from, "id"), text(device, "id"), text(device, "name"), number(from, "lastSeenAt"),
         truth(from, "current")};
}
void read(const json::object& from, ConversationRow& out) {
  out.conversation = text(from, "conversation");
  out.other = person(object(from, from.contains("group") ? "group" : "peer"));
  read(object(from, "last"), out.last);
  out.head = sequence(from, "headSeq");
  out.read = sequence(from, "readSeq");
  out.unread = number(from, "unread");
}
void read(const json::object& from, Hit& out) {
  read(object(from, "message"), out.message);
  const auto* ranges = from.if_contains("highlight");
  if (ranges == nullptr || !ranges->is_array()) return;
  for (const auto& range : ranges->get_array()) {
    const auto* ends = range.if_array();
    if (ends == nullptr || ends->size() != 2 || !(*ends)[0].is_int64() || !(*ends)[1].is_int64()) continue;
    out.highlight.emplace_back(static_cast<std::size_t>((*ends)[0].get_int64()),
                               static_cast<std::size_t>((*ends)[1].get_int64()));
  }
}
void read(const json::object& from, Sent& out) {
  out = {text(from, "id"), text(from, "conversation"), sequence(from, "seq"), number(from, "time")};
}
void read(const json::object& from, Login& out) {
  out.token = text(from, "token");
  out.socket = text(from, "socket");
  out.node = text(from, "node");
  out.expires_at = number(from, "expiresAt");
  out.session = text(object(from, "session"), "id");
  if (out.session.empty()) out.session = text(from, "session");
  read(object(from, "user"), out.user);
  out.direct = text(from, "sockets") == "direct";
}
void read(const json::object& from, SocketOffer& out) {
  out = {text(from, "url"), text(from, "ticket"), text(from, "node")};
}

std::optional<json::object> parse_object(std::string_view body) {
  json::error_code error;
  json::value value = json::parse(body, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}
}  // namespace

template <class T>
std::optional<T> parse(std::string_view body) {
  const auto from = parse_object(body);
  if (!from) return std::nullopt;
  T out{};
  read(*from, out);
  return out;
}

template <class T>
std::optional<Page<T>> parse_page(std::string_view body) {
  const auto from = parse_object(body);
  if (!from) return std::nullopt;
  Page<T> page;
  page.next = text(*from, "next");
  page.complete = truth(*from, "complete", true);
  page.epoch = text(*from, "epoch");
  const auto* items = from->if_contains("items");
  if (items == nullptr || !items->is_array()) return std::nullopt;
  for (const auto& item : items->get_array()) {
    if (!item.is_object()) continue;
    read(item.get_object(), page.items.emplace_back());
  }
  return page;
}

Failure parse_problem(std::string_view body) {
  Failure failure;
  const auto from = parse_object(body);
  if (!from) return failure;
  failure.code = text(*from, "code");
  failure.detail = text(*from, "detail");
  failure.retryable = truth(*from, "retryable");
  for (const auto& [name, reason] : object(*from, "fields")) {
    if (reason.is_string()) failure.fields.emplace_back(name, std::string(reason.get_string()));
  }
  return failure;
}

template std::optional<Frame> parse(std::string_view);
template std::optional<Profile> parse(std::string_view);
template std::optional<RequestRow> parse(std::string_view);
template std::optional<GroupRow> parse(std::string_view);
template std::optional<MemberRow> parse(std::string_view);
template std::optional<FriendRow> parse(std::string_view);
template std::optional<Sent> parse(std::string_view);
template std::optional<Login> parse(std::string_view);
template std::optional<SocketOffer> parse(std::string_view);
template std::optional<Page<Frame>> parse_page(std::string_view);
template std::optional<Page<Profile>> parse_page(std::string_view);
template std::optional<Page<FriendRow>> parse_page(std::string_view);
template std::optional<Page<RequestRow>> parse_page(std::string_view);
template std::optional<Page<GroupRow>> parse_page(std::string_view);
template std::optional<Page<MemberRow>> parse_page(std::string_view);
template std::optional<Page<DeviceRow>> parse_page(std::string_view);
template std::optional<Page<ConversationRow>> parse_page(std::string_view);
template std::optional<Page<Hit>> parse_page(std::string_view);

}  // namespace godwit::chat

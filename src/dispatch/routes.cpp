#include "dispatch/dispatch_role.hpp"
#include "domain/text.hpp"
#include "wire/frame.hpp"
#include "wire/name_fields.hpp"
#include "wire/reply.hpp"

namespace godwit::dispatch {
namespace {

using gateway::Answer;
using gateway::Call;

Result<Outgoing> read_outgoing(std::string_view body) {
  TRY(auto fields, wire::Fields::parse(body));
  Outgoing outgoing;
  const auto type = fields.integer("type");
  if (type != 101 && type != 102) fields.reject("type", "must be 101 or 102");
  outgoing.type = static_cast<Type>(type);
  outgoing.receiver = lower(fields.text("msgReceiver"));
  outgoing.text = fields.text("msg");
  if (fields.has("msg") && !outgoing.text.empty()) fields.require(check_message_text(outgoing.text));
  if (outgoing.text.empty()) fields.reject("msg", "must have 1 to 8192 bytes of UTF-8");
  if (const auto client_id = fields.maybe_text("clientId")) {
    fields.require(check(kClientId, *client_id));
    outgoing.client_id = *client_id;
  }
  outgoing.sent_at = fields.maybe_integer("sentAt");
  if (const auto reply_to = fields.maybe_text("replyTo")) {
    if (reply_to->empty()) fields.reject("replyTo", "must be a message of the same conversation");
    outgoing.reply_to = *reply_to;
  }
  CHECK_OK(fields.verdict());
  return outgoing;
}

Result<Notice> read_notice(std::string_view body) {
  constexpr std::size_t kMostReceivers = 1000;  // of a list; everyone goes by `all`
  TRY(auto fields, wire::Fields::parse(body));
  Notice notice;
  notice.text = fields.text("msg");
  fields.require(check_message_text(notice.text));
  notice.title = wire::name_in(fields, kTitle, fields.maybe_text("title").value_or(""));
  if (const auto client_id = fields.maybe_text("clientId")) {
    fields.require(check(kClientId, *client_id));
    notice.client_id = *client_id;
  }
  if (auto to = fields.object("to")) {
    for (auto& key : to->texts("users", false)) notice.to.users.emplace_back(lower(key));
    for (auto& key : to->texts("groups", false)) notice.to.groups.emplace_back(lower(key));
    notice.to.all = to->boolean("all", false);
    if (!to->verdict()) fields.reject("to", "must be {users:[…]}, {groups:[…]} or {all:true}");
    const auto listed = notice.to.users.size() + notice.to.groups.size();
    if ((listed == 0) != notice.to.all) fields.reject("to", "must name users, groups or all:true");
    if (listed > kMostReceivers) fields.reject("to", "must name at most 1000 users and groups");
  } else {
    fields.reject("to", "is required");
  }
  CHECK_OK(fields.verdict());
  return notice;
}

Conversation conversation_of(const Outgoing& outgoing, const UserKey& sender) {
  return outgoing.type == Type::group ? Conversation::of_group(GroupKey(outgoing.receiver))
                                      : Conversation::direct(sender, UserKey(outgoing.receiver));
}

Task<Answer> post_message(DispatchRole& role, Call& call) {
  CO_TRY(auto outgoing, read_outgoing(call.body));
  auto view = conversation_of(outgoing, call.who.user).seen_by(call.who.user);
  CO_TRY(const auto published, co_await role.send_message(call.who, std::move(outgoing)));
  wire::JsonWriter json;
  json.begin_object()
      .field("id", published.id.str())
      .field("conversation", view)
      .field("seq", published.seq)
      .field("time", published.time)
      .end_object();
  co_return wire::reply(published.repeated ? 200 : 201, json.take());
}

Task<Answer> delete_message(DispatchRole& role, Call& call) {
  CO_TRY(const auto tombstone, co_await role.recall_message(call.who, MessageId(call.params.at(0))));
  co_return wire::reply(200, wire::render(*tombstone, call.who.user));
}

net::Reply answer_push(const DispatchRole::PushResult& result) {
  wire::JsonWriter json;
  json.begin_object()
      .field("id", result.id.str())
      .field("receivers", static_cast<std::uint64_t>(result.receivers))
      .end_object();
  return wire::reply(202, json.take());
}

Task<Answer> post_push(DispatchRole& role, Call& call) {
  CO_TRY(auto notice, read_notice(call.body));
  CO_TRY(const auto result, co_await role.push_notice(service_pusher(call.service), std::move(notice)));
  co_return answer_push(result);
}

Task<Answer> post_notice(DispatchRole& role, Call& call) {
  CO_TRY(auto notice, read_notice(call.body));
  CO_TRY(const auto result, co_await role.push_admin_notice(call.who.user, std::move(notice)));
  co_return answer_push(result);
}

}  // namespace

std::vector<DispatchRole::Calls::Binding> DispatchRole::bindings() {
  return {
      {"POST", "/v1/messages", post_message},
      {"DELETE", "/v1/messages/{id}", delete_message},
      {"POST", "/v1/push", post_push},
      {"POST", "/v1/admin/notices", post_notice},
  };
}

}  // namespace godwit::dispatch

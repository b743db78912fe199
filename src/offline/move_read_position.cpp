#include <algorithm>

#include "offline/role.hpp"
#include "wire/json.hpp"
#include "wire/reply.hpp"

namespace godwit::offline {

Task<gateway::Answer> OfflineRole::put_read(gateway::Call& call) {
  CO_TRY(auto fields, wire::Fields::parse(call.body));
  const auto seq = fields.integer("seq");
  if (seq < 0) fields.reject("seq", "must not be negative");
  CO_CHECK(fields.verdict());
  const auto& user = call.who.user;
  const auto conversation = Conversation::from_view(call.params.at(0), user);
  if (!conversation) co_return fail(Code::not_found, "no such conversation");
  CO_TRY(const auto row, co_await own_row(user, *conversation));

  const auto wanted = std::min(static_cast<Seq>(seq), row.ranges.last_readable(row.head.seq));
  CO_TRY(const auto position, co_await cursors_.set_read(user, *conversation, wanted));
  if (position.moved) co_await dispatch_.announce_read(call.who, *conversation, position.read);
  wire::JsonWriter json;
  json.begin_object().field("conversation", conversation->seen_by(user)).field("readSeq", position.read).end_object();
  co_return wire::reply(200, json.take());
}

}  // namespace godwit::offline

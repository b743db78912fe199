#include "app/server/dead_letter_calls.hpp"

#include "app/maintenance/dead_letter_id.hpp"
#include "wire/page.hpp"
#include "wire/record.hpp"
#include "wire/reply.hpp"

namespace godwit::app {
namespace {

using dispatch::DeadLetter;
using dispatch::DeadLetters;
using gateway::Access;
using gateway::Answer;
using gateway::Body;
using gateway::Call;

constexpr std::string_view kList = "dead-letters";

void write(wire::JsonWriter& json, const DeadLetter& letter) {
  json.begin_object()
      .field("id", id_of(letter.place))
      .field("time", letter.time)
      .field("reason", letter.reason)
      .field("bytes", std::uint64_t{letter.record.size()});
  if (const auto message = wire::decode_record(letter.record)) {
    json.key("message")
        .begin_object()
        .field("id", message->id.str())
        .field("conversation", message->conversation.name())
        .field("seq", message->seq)
        .field("msgSender", message->sender)
        .end_object();
  }
  json.end_object();
}

Task<Answer> list(DeadLetters& letters, Call& call) {
  CO_TRY(const auto page, wire::page_query(call.http));
  std::optional<DeadLetter::Place> after;
  if (!page.cursor.empty()) {
    CO_TRY(const auto fields, wire::read_cursor(kList, page.cursor, 1));
    CO_TRY(after, place_of(fields.front()));
  }
  CO_TRY(const auto found, co_await letters.list(after, page.limit));
  const auto next =
      found.size() == page.limit ? wire::make_cursor(kList, {id_of(found.back().place)}) : std::string();
  co_return wire::reply_page(found, next, [](wire::JsonWriter& json, const DeadLetter& letter) { write(json, letter); });
}

Task<Answer> replay(DeadLetters& letters, user::Admin admin, Call& call) {
  CO_TRY(const auto place, place_of(call.params.at(0)));
  CO_CHECK(co_await admin.record_deed({.action = "replay_dead_letter", .target = call.params[0]}));
  CO_CHECK(co_await letters.replay(place));
  co_return wire::reply(200, "{}");
}

Task<Answer> drop(DeadLetters& letters, user::Admin admin, Call& call) {
  CO_TRY(const auto place, place_of(call.params.at(0)));
  CO_CHECK(co_await admin.record_deed({.action = "drop_dead_letter", .target = call.params[0]}));
  CO_CHECK(co_await letters.drop(place));
  co_return wire::no_content();
}

}  // namespace

gateway::Routes dead_letter_calls(user::UserRole& users, DeadLetters& letters) {
  return {
      {"GET", "/admin/dead-letters", Access::open, Body::none, [&](Call& call) { return list(letters, call); }},
      {"POST", "/admin/dead-letters/{id}/replay", Access::open, Body::none,
       [&](Call& call) { return replay(letters, users.admin(), call); }},
      {"DELETE", "/admin/dead-letters/{id}", Access::open, Body::none,
       [&](Call& call) { return drop(letters, users.admin(), call); }},
  };
}

}  // namespace godwit::app

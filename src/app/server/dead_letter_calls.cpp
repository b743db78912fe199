#include "app/server/dead_letter_calls.hpp"

#include <array>

#include "app/maintenance/dead_letter_id.hpp"
#include "wire/page.hpp"
#include "wire/record.hpp"
#include "wire/reply.hpp"

namespace godwit::app {
namespace {

using dispatch::DeadLetter;
using gateway::Answer;
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

Task<Answer> list(DeadLetterCalls& calls, Call& call) {
  CO_TRY(const auto page, wire::page_query(call.query));
  std::optional<DeadLetter::Place> after;
  if (!page.cursor.empty()) {
    CO_TRY(const auto fields, wire::read_cursor(kList, page.cursor, 1));
    CO_TRY(after, place_of(fields.front()));
  }
  CO_TRY(const auto found, co_await calls.letters.list(after, page.limit));
  const auto next = found.size() == page.limit ? wire::make_cursor(kList, {id_of(found.back().place)}) : std::string();
  co_return wire::reply_page(found, next,
                             [](wire::JsonWriter& json, const DeadLetter& letter) { write(json, letter); });
}

Task<Answer> replay(DeadLetterCalls& calls, Call& call) {
  CO_TRY(const auto place, place_of(call.params.at(0)));
  CO_CHECK(co_await calls.users.admin().record_deed({.action = "replay_dead_letter", .target = call.params[0]}));
  CO_CHECK(co_await calls.letters.replay(place));
  co_return wire::reply(200, "{}");
}

Task<Answer> drop(DeadLetterCalls& calls, Call& call) {
  CO_TRY(const auto place, place_of(call.params.at(0)));
  CO_CHECK(co_await calls.users.admin().record_deed({.action = "drop_dead_letter", .target = call.params[0]}));
  CO_CHECK(co_await calls.letters.drop(place));
  co_return wire::no_content();
}

using Calls = gateway::CallTable<DeadLetterCalls>;

constexpr auto kRoutes = std::to_array<gateway::RouteSpec>({
    {"GET", "/admin/dead-letters", gateway::Access::open},
    {"POST", "/admin/dead-letters/{id}/replay", gateway::Access::open},
    {"DELETE", "/admin/dead-letters/{id}", gateway::Access::open},
});
constexpr auto kBindings = std::to_array<Calls::Binding>({
    {"GET", "/admin/dead-letters", list},
    {"POST", "/admin/dead-letters/{id}/replay", replay},
    {"DELETE", "/admin/dead-letters/{id}", drop},
});

}  // namespace

gateway::CallTable<DeadLetterCalls> table_of(DeadLetterCalls& calls) { return {calls, kRoutes, kBindings}; }

}  // namespace godwit::app

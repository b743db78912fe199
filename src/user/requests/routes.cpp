#include <charconv>

#include "domain/text.hpp"
#include "user/context/routes.hpp"
#include "user/requests/requests.hpp"

namespace godwit::user {
namespace {
using gateway::Answer;
using gateway::Call;

/// `note` of a body that is being read.
std::string read_note(wire::Fields& fields) {
  auto note = fields.maybe_text("note");
  check_maybe(fields, kNote, note);
  return note.value_or("");
}

struct BoxQuery {
  Box box = Box::in;
  BoxPlace after;
  std::size_t limit = 0;
};

// The cursor of one box does not fit the other.
const char* list_of(Box box) { return box == Box::in ? "requests-in" : "requests-out"; }

Result<BoxQuery> box_query(std::string_view asked) {
  TRY(const auto name, wire::text_query(asked, "box"));
  if (name && *name != "in" && *name != "out") return fail(Code::bad_parameter, "box must be in or out");
  BoxQuery query{.box = name == "out" ? Box::out : Box::in, .after = {}};
  TRY(const auto page, wire::page_query(asked));
  query.limit = page.limit;
  if (page.cursor.empty()) return query;
  TRY(const auto fields, wire::read_cursor(list_of(query.box), page.cursor, 2));
  const auto& at = fields[0];
  if (std::from_chars(at.data(), at.data() + at.size(), query.after.created_at).ec != std::errc{})
    return fail(Code::bad_cursor);
  query.after.id = RequestId(fields[1]);
  return query;
}

template <class Request>
net::Reply answer_box(std::vector<Request> requests, const BoxQuery& query) {
  const auto next = cut_page(requests, query.limit, [&](const Request& last) {
    return wire::make_cursor(list_of(query.box), {std::to_string(last.created_at), last.id.str()});
  });
  return wire::reply_page(requests, next, [](wire::JsonWriter& json, const Request& request) { write(json, request); });
}

Task<Answer> post_friend_request(Context& context, Call& call) {
  CO_TRY(auto fields, wire::Fields::parse(call.body));
  const auto receiver = key_of("receiver", fields.text("receiver"));
  auto note = read_note(fields);
  if (!receiver) fields.require(std::unexpected(receiver.error()));
  CO_CHECK(fields.verdict());
  CO_TRY(const auto applied, co_await request_friend(context, call.who.user, *receiver, std::move(note)));
  co_return wire::reply_with(applied.fresh ? 201 : 200, applied.request);
}

Task<Answer> get_friend_requests(Context& context, Call& call) {
  CO_TRY(const auto query, box_query(call.query));
  CO_TRY(auto requests, co_await list_friend_requests(context, call.who.user, query.box, query.after, query.limit + 1));
  co_return answer_box(std::move(requests), query);
}

Task<Answer> approve_friend(Context& context, Call& call) {
  CO_TRY(const auto request, co_await answer_friend_request(context, call.who.user, RequestId(call.params[0]), true));
  co_return wire::reply_with(200, request);
}

Task<Answer> reject_friend(Context& context, Call& call) {
  CO_TRY(const auto request, co_await answer_friend_request(context, call.who.user, RequestId(call.params[0]), false));
  co_return wire::reply_with(200, request);
}

Task<Answer> post_group_request(Context& context, Call& call) {
  CO_TRY(auto fields, wire::Fields::parse(call.body));
  auto note = read_note(fields);
  CO_CHECK(fields.verdict());
  CO_TRY(const auto applied,
         co_await request_to_join(context, call.who.user, group_in_path(call.params[0]), std::move(note)));
  co_return wire::reply_with(applied.fresh ? 201 : 200, applied.request);
}

Task<Answer> get_group_requests(Context& context, Call& call) {
  CO_TRY(const auto query, box_query(call.query));
  CO_TRY(auto requests, co_await list_group_requests(context, call.who.user, query.box, query.after, query.limit + 1));
  co_return answer_box(std::move(requests), query);
}

Task<Answer> approve_join(Context& context, Call& call) {
  CO_TRY(const auto request, co_await answer_group_request(context, call.who.user, RequestId(call.params[0]), true));
  co_return wire::reply_with(200, request);
}

Task<Answer> reject_join(Context& context, Call& call) {
  CO_TRY(const auto request, co_await answer_group_request(context, call.who.user, RequestId(call.params[0]), false));
  co_return wire::reply_with(200, request);
}
}  // namespace

void add_request_routes(Bindings& routes) {
  routes.insert(routes.end(), {
                                  {"POST", "/v1/friend-requests", post_friend_request},
                                  {"GET", "/v1/friend-requests", get_friend_requests},
                                  {"POST", "/v1/friend-requests/{id}/approve", approve_friend},
                                  {"POST", "/v1/friend-requests/{id}/reject", reject_friend},
                                  {"POST", "/v1/groups/{key}/requests", post_group_request},
                                  {"GET", "/v1/group-requests", get_group_requests},
                                  {"POST", "/v1/group-requests/{id}/approve", approve_join},
                                  {"POST", "/v1/group-requests/{id}/reject", reject_join},
                              });
}

}  // namespace godwit::user

#pragma once
#include "service/gateway.hpp"
#include "user/context.hpp"
#include "wire/page.hpp"
#include "wire/reply.hpp"

namespace godwit::user {

/// Every call of this room. `context` outlives the routes.
[[nodiscard]] gateway::Routes make_routes(Context& context);

/// One table a file: routes_<what>.cpp.
void add_account_routes(gateway::Routes& routes, Context& context);
void add_session_routes(gateway::Routes& routes, Context& context);
void add_friend_routes(gateway::Routes& routes, Context& context);
void add_request_routes(gateway::Routes& routes, Context& context);
void add_group_routes(gateway::Routes& routes, Context& context);
void add_member_routes(gateway::Routes& routes, Context& context);
void add_admin_routes(gateway::Routes& routes, Context& context);
void add_admin_account_routes(gateway::Routes& routes, Context& context);
void add_admin_group_routes(gateway::Routes& routes, Context& context);

using HandlerFunction = Task<gateway::Answer> (*)(Context&, gateway::Call&);

struct CallTable {
  gateway::Routes& routes;
  Context& context;
  void add(const char* method, const char* pattern, gateway::Body body, HandlerFunction handler,
           gateway::Access access = gateway::Access::session, gateway::Rate rate = gateway::Rate::caller) {
    Context& with = context;
    routes.push_back({.method = method,
                      .pattern = pattern,
                      .access = access,
                      .body = body,
                      .handle = [&with, handler](gateway::Call& call) { return handler(with, call); },
                      .rate = rate});
  }
};

/// Cuts `items`, read with one more than the page holds, to the page; the cursor of the last one left, or empty at the
/// end.
template <class Item, class CursorOf>
std::string cut_page(std::vector<Item>& items, std::size_t limit, CursorOf cursor_of) {
  if (items.size() <= limit) return {};
  items.resize(limit);
  return cursor_of(items.back());
}

/// The one field of a list's cursor; empty from the start.
[[nodiscard]] inline Result<std::string> after_of(std::string_view list, const wire::PageQuery& page) {
  if (page.cursor.empty()) return std::string{};
  TRY(auto fields, wire::read_cursor(list, page.cursor, 1));
  return std::move(fields.front());
}

/// A membership as it is shown: a mute that is over is none.
[[nodiscard]] inline Member as_of(Millis now, Member member) {
  if (member.muted_until <= now) member.muted_until = 0;
  return member;
}

/// Records the failure of a check of an optional field.
template <class Limit>
void check_maybe(wire::Fields& fields, const Limit& limit, const std::optional<std::string>& text) {
  if (text) fields.require(check(limit, *text));
}

}  // namespace godwit::user

#include "user/context/routes.hpp"
#include "user/groups/groups.hpp"

namespace godwit::user {
namespace {
using gateway::Answer;
using gateway::Call;

Task<Answer> get_members(Context& context, Call& call) {
  CO_TRY(const auto page, wire::page_query(call.query));
  CO_TRY(auto after, after_of("members", page));
  CO_TRY(auto rows, co_await list_members(context, call.who.user, group_in_path(call.params[0]),
                                          UserKey(std::move(after)), page.limit + 1));
  const auto next =
      cut_page(rows, page.limit, [](const MemberRow& last) { return wire::make_cursor("members", {last.card.key}); });
  const auto now = context.clock.now();
  co_return wire::reply_page(rows, next, [now](wire::JsonWriter& json, const MemberRow& row) {
    write(json, as_of(now, row.member), row.card);
  });
}

/// `{user}` of the path: a key, or "me".
Result<UserKey> target_of(const Call& call) {
  if (call.params[1] == "me") return call.who.user;
  auto key = key_in_path(call.params[1]);
  if (!key) return fail(Code::not_found, "no such member");
  return key;
}

MemberChange read_change(wire::Fields& fields) {
  MemberChange change;
  if (const auto role = fields.maybe_text("role")) {
    change.role = wire::parse_role(*role);
    if (!change.role) fields.reject("role", "must be owner, admin or member");
  }
  change.muted_until = fields.maybe_integer("mutedUntil");
  if (fields.is_null("mutedUntil")) change.muted_until = 0;
  if (change.muted_until.value_or(0) < 0) fields.reject("mutedUntil", "must be Unix milliseconds, or null");
  return change;
}

Task<Answer> patch_member(Context& context, Call& call) {
  CO_TRY(auto fields, wire::Fields::parse(call.body));
  const auto change = read_change(fields);
  CO_CHECK(fields.verdict());
  CO_TRY(auto target, target_of(call));
  CO_TRY(const auto row,
         co_await change_member(context, call.who.user, group_in_path(call.params[0]), std::move(target), change));
  co_return wire::reply_with(200, as_of(context.clock.now(), row.member), row.card);
}

Task<Answer> delete_member(Context& context, Call& call) {
  CO_TRY(auto target, target_of(call));
  CO_CHECK(co_await remove_member(context, call.who.user, group_in_path(call.params[0]), std::move(target)));
  co_return wire::no_content();
}
}  // namespace

void add_member_routes(Bindings& routes) {
  routes.insert(routes.end(), {
                                  {"GET", "/v1/groups/{key}/members", get_members},
                                  {"PATCH", "/v1/groups/{key}/members/{user}", patch_member},
                                  {"DELETE", "/v1/groups/{key}/members/{user}", delete_member},
                              });
}

}  // namespace godwit::user

#include "user/administration/administration.hpp"
#include "user/context/routes.hpp"

namespace godwit::user {
namespace {
using gateway::Answer;
using gateway::Call;

void write_group(wire::JsonWriter& json, const Group& group) {
  json.begin_object()
      .field("key", group.key.str())
      .field("name", group.name)
      .field("owner", group.owner.str())
      .field("memberCount", static_cast<std::int64_t>(group.member_count))
      .field("joinPolicy", wire::name_of(group.policy))
      .field("createdAt", group.created_at)
      .end_object();
}

Task<Answer> get_groups(Context& context, Call& call) {
  CO_TRY(const auto words, wire::text_query(call.query, "q"));
  CO_TRY(const auto page, wire::page_query(call.query));
  CO_TRY(auto after, after_of("admin-groups", page));
  CO_TRY(auto groups,
         co_await list_all_groups(context, words.value_or(""), GroupKey(std::move(after)), page.limit + 1));
  const auto next = cut_page(groups, page.limit,
                             [](const Group& last) { return wire::make_cursor("admin-groups", {last.key.str()}); });
  co_return wire::reply_page(groups, next, write_group);
}

Task<Answer> get_members(Context& context, Call& call) {
  CO_TRY(const auto page, wire::page_query(call.query));
  CO_TRY(auto after, after_of("admin-members", page));
  CO_TRY(auto members,
         co_await list_any_members(context, group_in_path(call.params[0]), UserKey(std::move(after)), page.limit + 1));
  const auto next = cut_page(members, page.limit, [](const MemberRow& last) {
    return wire::make_cursor("admin-members", {last.member.user.str()});
  });
  const auto now = context.clock.now();
  co_return wire::reply_page(members, next, [now](wire::JsonWriter& json, const MemberRow& row) {
    write(json, as_of(now, row.member), row.card);
  });
}

Task<Answer> delete_group(Context& context, Call& call) {
  CO_CHECK(co_await dissolve_any_group(context, call.who.user, group_in_path(call.params[0])));
  co_return wire::no_content();
}
}  // namespace

void add_admin_group_routes(Bindings& routes) {
  routes.insert(routes.end(), {
                                  {"GET", "/v1/admin/groups", get_groups},
                                  {"GET", "/v1/admin/groups/{key}/members", get_members},
                                  {"DELETE", "/v1/admin/groups/{key}", delete_group},
                              });
}

}  // namespace godwit::user

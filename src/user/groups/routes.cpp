#include "domain/text.hpp"
#include "user/context/routes.hpp"
#include "user/groups/groups.hpp"
#include "wire/name_fields.hpp"

namespace godwit::user {
namespace {
using gateway::Answer;
using gateway::Call;

net::Reply answer_group(int status, const SeenGroup& seen) {
  return wire::reply_with(status, seen.group, seen.mine ? &*seen.mine : nullptr);
}

std::vector<UserKey> read_members(wire::Fields& fields) {
  std::vector<UserKey> members;
  for (const auto& text : fields.texts("members", false)) {
    auto key = key_of("members", text);
    if (key)
      members.push_back(std::move(*key));
    else
      fields.require(std::unexpected(std::move(key).error()));
  }
  return members;
}

Task<Answer> post_group(Context& context, Call& call) {
  CO_TRY(auto fields, wire::Fields::parse(call.body));
  NewGroup fresh{.name = wire::name_in(fields, kName, fields.text("name")), .members = read_members(fields)};
  CO_CHECK(fields.verdict());
  CO_TRY(const auto made, co_await create_group(context, call.who.user, std::move(fresh)));
  co_return answer_group(201, made);
}

Task<Answer> get_groups(Context& context, Call& call) {
  CO_TRY(const auto page, wire::page_query(call.query));
  CO_TRY(auto after, after_of("groups", page));
  CO_TRY(auto groups, co_await list_groups(context, call.who.user, GroupKey(std::move(after)), page.limit + 1));
  const auto next = cut_page(
      groups, page.limit, [](const GroupOfMine& last) { return wire::make_cursor("groups", {last.group.key.str()}); });
  co_return wire::reply_page(groups, next,
                             [](wire::JsonWriter& json, const GroupOfMine& row) { write(json, row.group, &row.mine); });
}

Task<Answer> get_group(Context& context, Call& call) {
  CO_TRY(const auto seen, co_await find_group(context, call.who.user, group_in_path(call.params[0])));
  co_return answer_group(200, seen);
}

GroupChange read_change(wire::Fields& fields) {
  GroupChange change{.name = wire::maybe_name_in(fields, kName, fields.maybe_text("name")),
                     .notice = fields.maybe_text("notice"),
                     .avatar = fields.maybe_text("avatar"),
                     .policy = {}};
  check_maybe(fields, kNotice, change.notice);
  check_maybe(fields, kAvatar, change.avatar);
  if (const auto policy = fields.maybe_text("joinPolicy")) {
    change.policy = wire::parse_policy(*policy);
    if (!change.policy) fields.reject("joinPolicy", "must be approval, open or closed");
  }
  return change;
}

Task<Answer> patch_group(Context& context, Call& call) {
  CO_TRY(auto fields, wire::Fields::parse(call.body));
  auto change = read_change(fields);
  CO_CHECK(fields.verdict());
  CO_TRY(const auto seen,
         co_await change_group(context, call.who.user, group_in_path(call.params[0]), std::move(change)));
  co_return answer_group(200, seen);
}

Task<Answer> delete_group(Context& context, Call& call) {
  CO_CHECK(co_await dissolve_group(context, call.who.user, group_in_path(call.params[0])));
  co_return wire::no_content();
}
}  // namespace

void add_group_routes(Bindings& routes) {
  routes.insert(routes.end(), {
                                  {"POST", "/v1/groups", post_group},
                                  {"GET", "/v1/groups", get_groups},
                                  {"GET", "/v1/groups/{key}", get_group},
                                  {"PATCH", "/v1/groups/{key}", patch_group},
                                  {"DELETE", "/v1/groups/{key}", delete_group},
                              });
}

}  // namespace godwit::user

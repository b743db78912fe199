#include "domain/text.hpp"
#include "user/context/routes.hpp"
#include "user/friends/friends.hpp"
#include "wire/name_fields.hpp"

namespace godwit::user {
namespace {
using gateway::Answer;
using gateway::Call;

Task<Answer> get_friends(Context& context, Call& call) {
  CO_TRY(const auto page, wire::page_query(call.query));
  CO_TRY(auto after, after_of("friends", page));
  CO_TRY(auto friends, co_await list_friends(context, call.who.user, UserKey(std::move(after)), page.limit + 1));
  const auto next =
      cut_page(friends, page.limit, [](const Friend& last) { return wire::make_cursor("friends", {last.user.key}); });
  std::vector<UserKey> keys;
  for (const auto& row : friends) keys.emplace_back(row.user.key);
  CO_TRY(const auto online, co_await who_is_online(context, std::move(keys)));
  co_return wire::reply_page(friends, next, [&](wire::JsonWriter& json, const Friend& row) {
    write(json, row, online[static_cast<std::size_t>(&row - friends.data())]);
  });
}

Task<Answer> patch_friend(Context& context, Call& call) {
  CO_TRY(auto fields, wire::Fields::parse(call.body));
  auto alias = wire::name_in(fields, kAlias, fields.text("alias"));
  CO_CHECK(fields.verdict());
  CO_TRY(auto key, key_in_path(call.params[0]));
  CO_TRY(const auto row, co_await change_alias(context, call.who.user, std::move(key), std::move(alias)));
  CO_TRY(const auto online, co_await who_is_online(context, std::vector{UserKey(row.user.key)}));
  co_return wire::reply_with(200, row, bool{online[0]});
}

Task<Answer> delete_friend(Context& context, Call& call) {
  CO_TRY(auto key, key_in_path(call.params[0]));
  CO_CHECK(co_await remove_friend(context, call.who.user, std::move(key)));
  co_return wire::no_content();
}

Task<Answer> get_blocks(Context& context, Call& call) {
  CO_TRY(const auto page, wire::page_query(call.query));
  CO_TRY(auto after, after_of("blocks", page));
  CO_TRY(auto blocks, co_await list_blocks(context, call.who.user, UserKey(std::move(after)), page.limit + 1));
  const auto next =
      cut_page(blocks, page.limit, [](const Blocked& last) { return wire::make_cursor("blocks", {last.user.key}); });
  co_return wire::reply_page(blocks, next, [](wire::JsonWriter& json, const Blocked& row) {
    json.begin_object().key("user");
    write(json, row.user);
    json.field("since", row.since).end_object();
  });
}

Task<Answer> put_block(Context& context, Call& call) {
  CO_TRY(auto key, key_in_path(call.params[0]));
  CO_CHECK(co_await block_user(context, call.who.user, std::move(key)));
  co_return wire::no_content();
}

Task<Answer> delete_block(Context& context, Call& call) {
  CO_TRY(auto key, key_in_path(call.params[0]));
  CO_CHECK(co_await unblock_user(context, call.who.user, std::move(key)));
  co_return wire::no_content();
}
}  // namespace

void add_friend_routes(Bindings& routes) {
  routes.insert(routes.end(), {
                                  {"GET", "/v1/friends", get_friends},
                                  {"PATCH", "/v1/friends/{key}", patch_friend},
                                  {"DELETE", "/v1/friends/{key}", delete_friend},
                                  {"GET", "/v1/blocks", get_blocks},
                                  {"PUT", "/v1/blocks/{key}", put_block},
                                  {"DELETE", "/v1/blocks/{key}", delete_block},
                              });
}

}  // namespace godwit::user

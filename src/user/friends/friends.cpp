#include "user/friends/friends.hpp"

#include "user/notices/notices.hpp"
#include "user/store/account_store.hpp"
#include "user/store/block_store.hpp"
#include "user/store/friend_store.hpp"

namespace godwit::user {
namespace {
Result<void> exists(Tables& tables, const UserKey& key) {
  TRY(const auto account, tables.accounts.find(key));
  if (!account) return fail(Code::not_found, "no such user");
  return {};
}
}  // namespace

Task<Result<std::vector<Friend>>> list_friends(Context& context, UserKey user, UserKey after, std::size_t limit) {
  co_return co_await context.store.read([&](Tables& tables) { return tables.friends.list(user, after, limit); },
                                       user.str());
}

Task<Result<Friend>> change_alias(Context& context, UserKey user, UserKey other, std::string alias) {
  co_return co_await context.store.write([&](Tables& tables) -> Result<Friend> {
    TRY(const bool changed, tables.friends.set_alias(user, other, alias));
    TRY(auto row, tables.friends.find(user, other));
    if (!changed || !row) return fail(Code::not_found, "not a friend");
    return std::move(*row);
  });
}

Task<Result<void>> remove_friend(Context& context, UserKey user, UserKey other) {
  co_return co_await commit(context, [&](Tables& tables, Outgoing& outgoing) -> Result<void> {
    CHECK_OK(hold(tables, {user, other}));
    TRY(const bool were, tables.friends.remove(user, other));
    if (!were) return fail(Code::not_found, "not a friend");
    outgoing.changed(changes::pair(user, other));
    return outgoing.add(tables, friend_changed(FriendChange::removed, user, other));
  });
}

Task<Result<std::vector<Blocked>>> list_blocks(Context& context, UserKey user, UserKey after, std::size_t limit) {
  co_return co_await context.store.read([&](Tables& tables) { return tables.blocks.list(user, after, limit); },
                                       user.str());
}

Task<Result<void>> block_user(Context& context, UserKey user, UserKey other) {
  if (user == other) co_return invalid_field("key", "must be somebody else");
  const auto now = context.clock.now();
  co_return co_await commit(context, [&](Tables& tables, Outgoing& outgoing) -> Result<void> {
    CHECK_OK(hold(tables, {user, other}));
    CHECK_OK(exists(tables, other));
    CHECK_OK(tables.blocks.add(user, other, now));
    outgoing.changed(changes::pair(user, other));
    return {};
  });
}

Task<Result<void>> unblock_user(Context& context, UserKey user, UserKey other) {
  co_return co_await commit(context, [&](Tables& tables, Outgoing& outgoing) -> Result<void> {
    CHECK_OK(hold(tables, {user, other}));
    CHECK_OK(exists(tables, other));
    CHECK_OK(tables.blocks.remove(user, other));
    outgoing.changed(changes::pair(user, other));
    return {};
  });
}

}  // namespace godwit::user

#include "user/friends.hpp"

namespace godwit::user {
namespace {
Result<void> exists(Tables& tables, const UserKey& key) {
  TRY(const auto account, tables.accounts.find(key));
  if (!account) return fail(Code::not_found, "no such user");
  return {};
}
}  // namespace

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

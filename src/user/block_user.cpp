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
  const auto done = co_await context.store.write([&](Tables& tables) -> Result<void> {
    CHECK_OK(exists(tables, other));
    CHECK_OK(tables.blocks.add(user, other, context.clock.now()));
    return {};
  });
  context.caches.forget_pair(user, other);
  co_return done;
}

Task<Result<void>> unblock_user(Context& context, UserKey user, UserKey other) {
  const auto done = co_await context.store.write([&](Tables& tables) -> Result<void> {
    CHECK_OK(exists(tables, other));
    CHECK_OK(tables.blocks.remove(user, other));
    return {};
  });
  context.caches.forget_pair(user, other);
  co_return done;
}

}  // namespace godwit::user

#include "user/friends.hpp"
#include "user/notices.hpp"

namespace godwit::user {

Task<Result<void>> remove_friend(Context& context, UserKey user, UserKey other) {
  Outgoing outgoing(context.random);
  const auto removed = co_await context.store.write([&](Tables& tables) -> Result<void> {
    TRY(const bool were, tables.friends.remove(user, other));
    if (!were) return fail(Code::not_found, "not a friend");
    return outgoing.add(tables, friend_changed(FriendChange::removed, user, other));
  });
  context.caches.forget_pair(user, other);
  if (removed) co_await outgoing.announce(context);
  co_return removed;
}

}  // namespace godwit::user

#include "user/friends.hpp"
#include "user/notices.hpp"

namespace godwit::user {

Task<Result<void>> remove_friend(Context& context, UserKey user, UserKey other) {
  co_return co_await commit(context, [&](Tables& tables, Outgoing& outgoing) -> Result<void> {
    CHECK_OK(hold(tables, {user, other}));
    TRY(const bool were, tables.friends.remove(user, other));
    if (!were) return fail(Code::not_found, "not a friend");
    outgoing.changed(changes::pair(user, other));
    return outgoing.add(tables, friend_changed(FriendChange::removed, user, other));
  });
}

}  // namespace godwit::user

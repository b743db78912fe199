#include "user/requests.hpp"

namespace godwit::user {

Task<Result<std::vector<FriendRequest>>> list_friend_requests(Context& context, UserKey user, Box box, BoxPlace after,
                                                              std::size_t limit) {
  co_return co_await context.store.read(
      [&](Tables& tables) { return tables.friend_requests.list(user, box, after, limit); }, user.str());
}

Task<Result<std::vector<GroupRequest>>> list_group_requests(Context& context, UserKey user, Box box, BoxPlace after,
                                                            std::size_t limit) {
  co_return co_await context.store.read(
      [&](Tables& tables) { return tables.group_requests.list(user, box, after, limit); }, user.str());
}

}  // namespace godwit::user

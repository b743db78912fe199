#include "user/friends.hpp"

namespace godwit::user {

Task<Result<std::vector<Friend>>> list_friends(Context& context, UserKey user, UserKey after, std::size_t limit) {
  co_return co_await context.store.read([&](Tables& tables) { return tables.friends.list(user, after, limit); },
                                       user.str());
}

}  // namespace godwit::user

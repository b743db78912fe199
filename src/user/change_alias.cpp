#include "user/friends.hpp"

namespace godwit::user {

Task<Result<Friend>> change_alias(Context& context, UserKey user, UserKey other, std::string alias) {
  co_return co_await context.store.write([&](Tables& tables) -> Result<Friend> {
    TRY(const bool changed, tables.friends.set_alias(user, other, alias));
    TRY(auto row, tables.friends.find(user, other));
    if (!changed || !row) return fail(Code::not_found, "not a friend");
    return std::move(*row);
  });
}

}  // namespace godwit::user

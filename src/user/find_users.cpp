#include "user/accounts.hpp"

namespace godwit::user {

Task<Result<User>> find_user(Context& context, UserKey key) {
  co_return co_await context.store.read([&](Tables& tables) -> Result<User> {
    TRY(auto account, tables.accounts.find(key));
    if (!account) return fail(Code::not_found, "no such user");
    return std::move(account->user);
  });
}

Task<Result<std::vector<Found>>> search_users(Context& context, std::string prefix, SearchPlace after,
                                              std::size_t limit) {
  if (prefix.empty()) co_return std::vector<Found>{};  // finding people is not listing everyone
  co_return co_await context.store.read([&](Tables& tables) { return tables.accounts.search(prefix, after, limit); });
}

}  // namespace godwit::user

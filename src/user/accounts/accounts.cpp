#include "user/accounts/accounts.hpp"

#include "user/notices/notices.hpp"
#include "user/store/account_store.hpp"
#include "user/store/friend_store.hpp"

namespace godwit::user {
namespace {
struct Changed {
  bool anything = false, told = false;  ///< told: what friends see became another
};
Changed apply(const ProfileChange& change, User& user) {
  const User before = user;
  if (change.name) user.name = *change.name;
  if (change.bio) user.bio = *change.bio;
  if (change.avatar) user.avatar = *change.avatar;
  if (change.group_invites) user.group_invites = *change.group_invites;
  const bool told = before.name != user.name || before.bio != user.bio || before.avatar != user.avatar;
  return {.anything = told || before.group_invites != user.group_invites, .told = told};
}
}  // namespace

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

Task<Result<User>> change_profile(Context& context, UserKey user, ProfileChange change) {
  co_return co_await commit(context, [&](Tables& tables, Outgoing& outgoing) -> Result<User> {
    CHECK_OK(hold(tables, {user}));
    TRY(auto account, tables.accounts.find(user));
    if (!account) return fail(Code::not_found, "no such user");
    const auto changed = apply(change, account->user);
    if (!changed.anything) return std::move(account->user);
    CHECK_OK(tables.accounts.change_profile(account->user));
    if (!changed.told) return std::move(account->user);
    outgoing.changed(changes::card(user));
    CHECK_OK(outgoing.take(Rated::profile, user));
    TRY(const auto told, tables.friends.awake(user));
    for (const auto& key : told) CHECK_OK(outgoing.add(tables, friend_changed(FriendChange::profile, user, key)));
    return std::move(account->user);
  });
}

}  // namespace godwit::user

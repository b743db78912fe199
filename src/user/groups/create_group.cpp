#include <algorithm>

#include "user/context/caps.hpp"
#include "user/groups/groups.hpp"
#include "user/notices/notices.hpp"
#include "user/store/account_store.hpp"
#include "user/store/block_store.hpp"
#include "user/store/friend_store.hpp"
#include "user/store/group_store.hpp"

namespace godwit::user {
namespace {
Result<void> may_take_in(Tables& tables, const UserKey& owner, const Account& other) {
  const auto& key = other.user.key;
  TRY(const bool blocked, tables.blocks.between(owner, key));
  if (blocked) return fail(Code::blocked, key.str());
  TRY(const bool friends, tables.friends.are_friends(owner, key));
  if (!friends) return fail(Code::not_friends, key.str());
  if (!other.user.group_invites) return fail(Code::group_invites_refused, key.str());
  return {};
}

// Each check for all of them before the next: who is not there is named first (protocol, order of checks).
Result<void> may_take_in_all(Tables& tables, const UserKey& owner, const std::vector<UserKey>& members) {
  std::vector<Account> accounts;
  for (const auto& member : members) {
    TRY(auto account, tables.accounts.find(member));
    if (!account) return fail(Code::not_found, "no such user: " + member.str());
    accounts.push_back(std::move(*account));
  }
  for (const auto& account : accounts) CHECK_OK(may_take_in(tables, owner, account));
  return {};
}

Result<void> within_caps(Tables& tables, const Caps& caps, const UserKey& owner, const std::vector<UserKey>& members) {
  CHECK_OK(has_room(caps, 1, members.size()));
  CHECK_OK(may_own_another(tables, caps, owner));
  CHECK_OK(may_be_in_another(tables, caps, owner));
  for (const auto& member : members) CHECK_OK(may_be_in_another(tables, caps, member));
  return {};
}

std::vector<UserKey> without_owner(std::vector<UserKey> members, const UserKey& owner) {
  std::ranges::sort(members);
  const auto repeats = std::ranges::unique(members);
  members.erase(repeats.begin(), repeats.end());
  std::erase(members, owner);
  return members;
}

// 209 `created` is what everyone's right to read begins with.
Notice created(const Group& group, const std::vector<UserKey>& members) {
  auto notice = group_changed(group.key, group.owner, "created", {}, group.name);
  notice.frame.joined = members;
  notice.frame.joined.push_back(group.owner);
  return notice;
}
}  // namespace

Task<Result<SeenGroup>> create_group(Context& context, UserKey owner, NewGroup fresh) {
  const auto members = without_owner(std::move(fresh.members), owner);
  const auto now = context.clock.now();
  const Member mine{.user = owner, .role = Role::owner, .joined_at = now};
  Group group{.key = GroupKey(context.random.id(16)),
              .name = std::move(fresh.name),
              .notice = {},
              .avatar = {},
              .owner = owner,
              .created_at = now};
  CO_CHECK(context.rates.take(Rated::group, owner));  // refused attempts cost as much as good ones
  std::vector<UserKey> all = members;
  all.push_back(owner);
  CO_CHECK(co_await commit(context, [&](Tables& tables, Outgoing& outgoing) -> Result<void> {
    CHECK_OK(hold(tables, all));
    CHECK_OK(may_take_in_all(tables, owner, members));
    CHECK_OK(within_caps(tables, context.settings.caps, owner, members));
    CHECK_OK(tables.groups.add(group));
    CHECK_OK(tables.members.add(group.key, mine));
    for (const auto& member : members) CHECK_OK(tables.members.add(group.key, {.user = member, .joined_at = now}));
    outgoing.changed(changes::group(group.key));
    return outgoing.add(tables, created(group, members));
  }));
  group.member_count = static_cast<std::uint32_t>(members.size() + 1);
  co_return SeenGroup{.group = std::move(group), .mine = mine};
}

}  // namespace godwit::user

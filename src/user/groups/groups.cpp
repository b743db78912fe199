#include "user/groups/groups.hpp"

#include "user/store/group_store.hpp"

namespace godwit::user {

Result<Group> existing_group(Tables& tables, const GroupKey& group) {
  TRY(auto found, tables.groups.find(group));
  if (!found) return fail(Code::not_found, "no such group");
  return std::move(*found);
}

Result<Member> membership(Tables& tables, const GroupKey& group, const UserKey& user) {
  TRY(auto found, tables.members.find(group, user));
  if (!found) return fail(Code::not_member);
  return std::move(*found);
}

Task<Result<SeenGroup>> find_group(Context& context, UserKey viewer, GroupKey group) {
  co_return co_await context.store.read([&](Tables& tables) -> Result<SeenGroup> {
    TRY(auto found, existing_group(tables, group));
    TRY(auto mine, tables.members.find(group, viewer));
    return SeenGroup{.group = std::move(found), .mine = std::move(mine)};
  });
}

Task<Result<std::vector<GroupOfMine>>> list_groups(Context& context, UserKey user, GroupKey after, std::size_t limit) {
  co_return co_await context.store.read([&](Tables& tables) { return tables.groups.list(user, after, limit); },
                                       user.str());
}

Task<Result<std::vector<MemberRow>>> list_members(Context& context, UserKey viewer, GroupKey group, UserKey after,
                                                  std::size_t limit) {
  const auto read = [&](Tables& tables) -> Result<std::vector<MemberRow>> {
    CHECK_OK(existing_group(tables, group));
    CHECK_OK(membership(tables, group, viewer));
    return tables.members.list(group, after, limit);
  };
  co_return co_await context.store.read(read, viewer.str());
}

}  // namespace godwit::user

#include "user/administration.hpp"
#include "user/groups.hpp"

namespace godwit::user {

Task<Result<std::vector<Group>>> list_all_groups(Context& context, std::string prefix, GroupKey after,
                                                 std::size_t limit) {
  co_return co_await context.store.read([&](Tables& tables) { return tables.admins.groups(prefix, after, limit); });
}

Task<Result<std::vector<MemberRow>>> list_any_members(Context& context, GroupKey group, UserKey after,
                                                      std::size_t limit) {
  co_return co_await context.store.read([&](Tables& tables) -> Result<std::vector<MemberRow>> {
    CHECK_OK(existing_group(tables, group));
    return tables.members.list(group, after, limit);
  });
}

}  // namespace godwit::user

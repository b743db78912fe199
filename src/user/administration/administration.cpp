#include "user/administration/administration.hpp"

#include "user/groups/groups.hpp"
#include "user/store/admin_store.hpp"
#include "user/store/audit_store.hpp"
#include "user/store/group_store.hpp"

namespace godwit::user {

Admin administer(Context& context, Actor actor) {
  return Admin({.store = context.store, .hasher = context.hasher, .clock = context.clock, .random = context.random},
               &context.publisher, std::move(actor));
}

Task<Result<std::vector<AuditEntry>>> list_audit(Context& context, std::int64_t before, std::size_t limit) {
  co_return co_await context.store.read([&](Tables& tables) { return tables.audit.list(before, limit); });
}

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

Task<Result<void>> dissolve_any_group(Context& context, UserKey admin, GroupKey group) {
  const auto now = context.clock.now();
  co_return co_await commit(context, [&](Tables& tables, Outgoing& outgoing) -> Result<void> {
    CHECK_OK(hold(tables, {admin}, {group}));
    TRY(const auto found, existing_group(tables, group));
    Deed deed{.action = "dissolve_group", .target = group.str(), .detail = found.name};
    CHECK_OK(record(tables, Actor::account(admin), std::move(deed), now));
    return dissolve(tables, outgoing, group, admin, now);
  });
}

}  // namespace godwit::user

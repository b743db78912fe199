#include "user/administration.hpp"
#include "user/groups.hpp"
#include "user/notices.hpp"

namespace godwit::user {
namespace {
Result<void> dissolve(Tables& tables, Outgoing& outgoing, const GroupKey& group, const UserKey& actor, Millis now) {
  CHECK_OK(tables.groups.dissolve(group));
  CHECK_OK(tables.group_requests.reject_all(group, now));
  outgoing.changed(changes::group(group));
  return outgoing.add(tables, group_changed(group, actor, "dissolved", {}, {}));
}

/// `allowed(tables)` says whether it may be, inside the transaction.
template <class Allowed>
Task<Result<void>> dissolve_where(Context& context, UserKey actor, GroupKey group, Allowed allowed) {
  const auto now = context.clock.now();
  co_return co_await commit(context, [&](Tables& tables, Outgoing& outgoing) -> Result<void> {
    CHECK_OK(hold(tables, {actor}, {group}));
    CHECK_OK(existing_group(tables, group));
    CHECK_OK(allowed(tables));
    return dissolve(tables, outgoing, group, actor, now);
  });
}
}  // namespace

Task<Result<void>> dissolve_group(Context& context, UserKey actor, GroupKey group) {
  return dissolve_where(context, actor, group, [actor, group](Tables& tables) -> Result<void> {
    TRY(const auto mine, membership(tables, group, actor));
    if (mine.role != Role::owner) return fail(Code::forbidden, "only the owner may do that");
    return {};
  });
}

Task<Result<void>> dissolve_any_group(Context& context, UserKey admin, GroupKey group) {
  return dissolve_where(context, admin, group, [&context, admin, group](Tables& tables) -> Result<void> {
    TRY(const auto found, existing_group(tables, group));
    Deed deed{.action = "dissolve_group", .target = group.str(), .detail = found.name};
    return record(tables, Actor::account(admin), std::move(deed), context.clock.now());
  });
}

}  // namespace godwit::user

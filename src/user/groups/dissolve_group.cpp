#include "user/groups/groups.hpp"
#include "user/notices/notices.hpp"
#include "user/store/group_store.hpp"
#include "user/store/request_store.hpp"

namespace godwit::user {

Result<void> dissolve(Tables& tables, Outgoing& outgoing, const GroupKey& group, const UserKey& actor, Millis now) {
  CHECK_OK(tables.groups.dissolve(group));
  CHECK_OK(tables.group_requests.reject_all(group, now));
  outgoing.changed(changes::group(group));
  return outgoing.add(tables, group_changed(group, actor, "dissolved", {}, {}));
}

Task<Result<void>> dissolve_group(Context& context, UserKey actor, GroupKey group) {
  const auto now = context.clock.now();
  co_return co_await commit(context, [&](Tables& tables, Outgoing& outgoing) -> Result<void> {
    CHECK_OK(hold(tables, {actor}, {group}));
    CHECK_OK(existing_group(tables, group));
    TRY(const auto mine, membership(tables, group, actor));
    if (mine.role != Role::owner) return fail(Code::forbidden, "only the owner may do that");
    return dissolve(tables, outgoing, group, actor, now);
  });
}

}  // namespace godwit::user

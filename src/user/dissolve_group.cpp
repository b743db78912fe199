#include "user/groups.hpp"
#include "user/notices.hpp"

namespace godwit::user {

Task<Result<void>> dissolve_group(Context& context, UserKey actor, GroupKey group) {
  Outgoing outgoing(context.random);
  const auto dissolved = co_await context.store.write([&](Tables& tables) -> Result<void> {
    CHECK_OK(existing_group(tables, group));
    TRY(const auto mine, membership(tables, group, actor));
    if (mine.role != Role::owner) return fail(Code::forbidden, "only the owner may do that");
    auto notice = group_changed(group, actor, "dissolved", {}, {});
    notice.to_members = false;  // there will be none to ask for
    TRY(notice.to, tables.members.keys(group));
    CHECK_OK(tables.groups.dissolve(group));
    CHECK_OK(tables.group_requests.reject_all(group));
    return outgoing.add(tables, std::move(notice));
  });
  context.caches.forget_group(group);
  if (dissolved) co_await outgoing.announce(context);
  co_return dissolved;
}

}  // namespace godwit::user

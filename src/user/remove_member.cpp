#include "domain/rules.hpp"
#include "user/groups.hpp"
#include "user/notices.hpp"

namespace godwit::user {
namespace {
Result<void> may_remove(Tables& tables, const GroupKey& group, const UserKey& actor, const UserKey& target) {
  CHECK_OK(existing_group(tables, group));
  TRY(const auto mine, membership(tables, group, actor));
  if (actor == target) {
    if (mine.role == Role::owner) return fail(Code::owner_must_transfer);
    return {};
  }
  TRY(const auto theirs, tables.members.find(group, target));
  if (!theirs) return fail(Code::not_found, "no such member");
  return may_manage(mine, *theirs);
}
}  // namespace

Task<Result<void>> remove_member(Context& context, UserKey actor, GroupKey group, UserKey target) {
  co_return co_await commit(context, [&](Tables& tables, Outgoing& outgoing) -> Result<void> {
    CHECK_OK(hold(tables, {target}, {group}));
    CHECK_OK(may_remove(tables, group, actor, target));
    if (actor != target) CHECK_OK(outgoing.take(Rated::member, actor, group.str() + "/" + target.str()));
    CHECK_OK(tables.members.remove(group, target));
    outgoing.changed(changes::group(group));
    auto notice = group_changed(group, actor, actor == target ? "left" : "removed", target.str(), {});
    notice.frame.left = {target};
    return outgoing.add(tables, std::move(notice));
  });
}

}  // namespace godwit::user

#include "domain/rules.hpp"
#include "user/groups/groups.hpp"
#include "user/notices/notices.hpp"
#include "user/store/group_store.hpp"
#include "wire/shapes.hpp"

namespace godwit::user {
namespace {
/// Applies what differs; answers one notice for each.
std::vector<Notice> apply(const GroupChange& change, Group& group, const UserKey& actor) {
  std::vector<Notice> notices;
  const auto text = [&](const std::optional<std::string>& fresh, std::string& field, const char* name) {
    if (!fresh || *fresh == field) return;
    field = *fresh;
    notices.push_back(group_changed(group.key, actor, name, {}, field));
  };
  text(change.name, group.name, "renamed");
  text(change.notice, group.notice, "notice");
  text(change.avatar, group.avatar, "avatar");
  if (change.policy && *change.policy != group.policy) {
    group.policy = *change.policy;
    notices.push_back(group_changed(group.key, actor, "policy", {}, std::string(wire::name_of(group.policy))));
  }
  return notices;
}
}  // namespace

Task<Result<SeenGroup>> change_group(Context& context, UserKey actor, GroupKey group, GroupChange change) {
  co_return co_await commit(context, [&](Tables& tables, Outgoing& outgoing) -> Result<SeenGroup> {
    CHECK_OK(hold(tables, {}, {group}));
    TRY(auto found, existing_group(tables, group));
    TRY(auto mine, membership(tables, group, actor));
    CHECK_OK(may_change_group(mine));
    const auto notices = apply(change, found, actor);
    if (!notices.empty()) {
      CHECK_OK(outgoing.take(Rated::group, actor, group.str()));
      CHECK_OK(tables.groups.change(found));
      outgoing.changed(changes::group(group));
    }
    for (const auto& notice : notices) CHECK_OK(outgoing.add(tables, notice));
    return SeenGroup{.group = std::move(found), .mine = std::move(mine)};
  });
}

}  // namespace godwit::user

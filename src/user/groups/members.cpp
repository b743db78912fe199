#include <algorithm>

#include "domain/rules.hpp"
#include "user/context/caps.hpp"
#include "user/groups/groups.hpp"
#include "user/notices/notices.hpp"
#include "user/store/account_store.hpp"
#include "user/store/group_store.hpp"
#include "wire/shapes.hpp"

namespace godwit::user {
namespace {
struct Plan {
  Tables& tables;
  Outgoing& outgoing;
  Group group;
  Member actor, target;
};

// The one who hands over becomes admin. Nobody who has a say stays muted.
Result<void> give_role(Plan& change, const Caps& caps, Role role) {
  if (role == change.target.role) return {};
  change.target.role = role;
  if (role != Role::member) change.target.muted_until = 0;
  if (role == Role::owner) {
    CHECK_OK(may_own_another(change.tables, caps, change.target.user));
    change.actor.role = Role::admin;
    CHECK_OK(change.tables.members.change(change.group.key, change.actor));
    change.group.owner = change.target.user;
    CHECK_OK(change.tables.groups.change(change.group));
  }
  return change.outgoing.add(change.tables, group_changed(change.group.key, change.actor.user, "role",
                                                          change.target.user.str(), std::string(wire::name_of(role))));
}

Result<void> mute(Plan& change, Millis until, Millis now) {
  if (until == change.target.muted_until || std::max(until, change.target.muted_until) <= now) return {};
  change.target.muted_until = until;
  return change.outgoing.add(change.tables, group_changed(change.group.key, change.actor.user, "muted",
                                                          change.target.user.str(), std::to_string(until)));
}

Result<void> may_change(const Plan& change, const MemberChange& asked) {
  if (asked.role) CHECK_OK(may_change_role(change.actor, change.target));
  if (asked.muted_until) CHECK_OK(may_manage(change.actor, change.target));
  return {};
}

Result<Plan> look_up(Tables& tables, Outgoing& outgoing, const UserKey& actor, const GroupKey& group,
                       const UserKey& target) {
  TRY(auto found, existing_group(tables, group));
  TRY(auto mine, membership(tables, group, actor));
  TRY(auto theirs, tables.members.find(group, target));
  if (!theirs) return fail(Code::not_found, "no such member");
  return Plan{.tables = tables,
                .outgoing = outgoing,
                .group = std::move(found),
                .actor = std::move(mine),
                .target = std::move(*theirs)};
}

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

Task<Result<MemberRow>> change_member(Context& context, UserKey actor, GroupKey group, UserKey target,
                                      MemberChange asked) {
  const auto now = context.clock.now();
  co_return co_await commit(context, [&](Tables& tables, Outgoing& outgoing) -> Result<MemberRow> {
    CHECK_OK(hold(tables, {target}, {group}));
    TRY(auto plan, look_up(tables, outgoing, actor, group, target));
    CHECK_OK(may_change(plan, asked));
    if (asked.role) CHECK_OK(give_role(plan, context.settings.caps, *asked.role));
    if (asked.muted_until) CHECK_OK(mute(plan, *asked.muted_until > now ? *asked.muted_until : 0, now));
    if (outgoing.has_notices()) {
      CHECK_OK(outgoing.take(Rated::member, actor, group.str() + "/" + target.str()));
      CHECK_OK(tables.members.change(group, plan.target));
      outgoing.changed(changes::group(group));
    }
    TRY(auto cards, tables.accounts.cards(std::span(&target, 1)));
    return MemberRow{.member = std::move(plan.target), .card = std::move(cards.front())};
  });
}

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

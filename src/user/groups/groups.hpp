#pragma once
#include <optional>
#include <string>
#include <vector>

#include "user/context/context.hpp"
#include "user/store/group_store.hpp"

namespace godwit::user {

/// A group as one person sees it.
struct SeenGroup {
  Group group;
  std::optional<Member> mine;
};

struct NewGroup {
  std::string name;
  std::vector<UserKey> members;  ///< friends of the owner; the owner may be among them
};
/// not_found, blocked, not_friends or group_invites_refused for the first of `members` that may not be taken in;
/// member_limit, group_limit, membership_limit, rate_limited: then nothing is made.
Task<Result<SeenGroup>> create_group(Context& context, UserKey owner, NewGroup fresh);

/// not_found.
Task<Result<SeenGroup>> find_group(Context& context, UserKey viewer, GroupKey group);
Task<Result<std::vector<GroupOfMine>>> list_groups(Context& context, UserKey user, GroupKey after, std::size_t limit);

struct GroupChange {
  std::optional<std::string> name, notice, avatar;
  std::optional<JoinPolicy> policy;
};
/// By the owner and admins; every field that became another is told (209). not_found, not_member, forbidden,
/// rate_limited.
Task<Result<SeenGroup>> change_group(Context& context, UserKey actor, GroupKey group, GroupChange change);
/// By the owner. not_found, not_member, forbidden.
Task<Result<void>> dissolve_group(Context& context, UserKey actor, GroupKey group);

/// For members. not_found, not_member.
Task<Result<std::vector<MemberRow>>> list_members(Context& context, UserKey viewer, GroupKey group, UserKey after,
                                                  std::size_t limit);

struct MemberChange {
  std::optional<Role> role;           ///< owner hands the group over
  std::optional<Millis> muted_until;  ///< not in the future: lifts the mute
};
/// not_found, not_member, forbidden, group_limit, rate_limited.
Task<Result<MemberRow>> change_member(Context& context, UserKey actor, GroupKey group, UserKey target,
                                      MemberChange change);
/// Removes another one, or leaves. not_found, not_member, forbidden, owner_must_transfer, rate_limited.
Task<Result<void>> remove_member(Context& context, UserKey actor, GroupKey group, UserKey target);

/// Inside a transaction: not_found where there is none, or it is dissolved.
[[nodiscard]] Result<Group> existing_group(Tables& tables, const GroupKey& group);
/// Ends it, and tells its members as from `actor`, whose right was checked.
[[nodiscard]] Result<void> dissolve(Tables& tables, Outgoing& outgoing, const GroupKey& group, const UserKey& actor,
                                    Millis now);
/// not_member.
[[nodiscard]] Result<Member> membership(Tables& tables, const GroupKey& group, const UserKey& user);

}  // namespace godwit::user

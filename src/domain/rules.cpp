#include "domain/rules.hpp"

namespace godwit {

Result<void> may_send_direct(const DirectRelation& relation) {
  if (!relation.exists) return fail(Code::not_found, "no such user");
  if (relation.blocked) return fail(Code::blocked);
  if (!relation.friends) return fail(Code::not_friends);
  return {};
}

Result<void> may_send_group(const Member* sender, Millis now) {
  if (sender == nullptr) return fail(Code::not_member);
  if (sender->muted_until > now) return fail(Code::muted);
  return {};
}

Result<void> may_manage(const Member& actor, const Member& target) {
  const bool over = (actor.role == Role::owner && target.role != Role::owner) ||
                    (actor.role == Role::admin && target.role == Role::member);
  if (!over) return fail(Code::forbidden, "only the owner, or an admin over members, may do that");
  return {};
}

Result<void> may_change_group(const Member& actor) {
  if (actor.role == Role::member) return fail(Code::forbidden, "only the owner and admins may do that");
  return {};
}

Result<void> may_change_role(const Member& actor, const Member& target) {
  if (actor.role != Role::owner || target.user == actor.user)
    return fail(Code::forbidden, "only the owner gives roles, to others");
  return {};
}

Result<void> may_recall(const Message& message, const UserKey& actor, const Member* in_group, Millis now,
                        Millis window_ms) {
  if (in_group != nullptr && in_group->role != Role::member) return {};
  if (message.sender != actor.str()) return fail(Code::forbidden, "only the sender may recall this");
  if (now - message.time > window_ms) return fail(Code::recall_too_late);
  return {};
}

}  // namespace godwit

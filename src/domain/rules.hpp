#pragma once
#include "base/error.hpp"
#include "domain/message.hpp"
#include "domain/people.hpp"

namespace godwit {

/// Who may do what. Each answers with the protocol's error, in the protocol's order of checks.

[[nodiscard]] Result<void> may_send_direct(const DirectRelation& relation);   ///< not_found, blocked, not_friends
[[nodiscard]] Result<void> may_send_group(const Member* sender, Millis now);  ///< not_member, muted
/// `actor` changes `target` (mute, remove): owner over all others, admins over members. forbidden.
[[nodiscard]] Result<void> may_manage(const Member& actor, const Member& target);
[[nodiscard]] Result<void> may_change_group(const Member& actor);                       ///< owner, admin
[[nodiscard]] Result<void> may_change_role(const Member& actor, const Member& target);  ///< owner only, not oneself
/// Sender within `window_ms` of the message's time, owner and admins of its group any time. recall_too_late, forbidden.
[[nodiscard]] Result<void> may_recall(const Message& message, const UserKey& actor, const Member* in_group, Millis now,
                                      Millis window_ms);

}  // namespace godwit

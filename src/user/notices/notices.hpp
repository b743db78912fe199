#pragma once
#include "domain/people.hpp"
#include "user/store/notice_outbox.hpp"

namespace godwit::user {

/// The frames that this room owes people (protocol.md, "Socket"), one maker each. `once` is given when they are written
/// down.
[[nodiscard]] Notice friend_requested(const RequestId& request, const UserKey& applicant, const UserKey& receiver,
                                      const std::string& note);  ///< 203
[[nodiscard]] Notice join_requested(const RequestId& request, const GroupKey& group, const UserKey& applicant,
                                    const UserKey& manager,
                                    const std::string& note);  ///< 204
[[nodiscard]] Notice friend_approved(const RequestId& request, const UserKey& approver,
                                     const UserKey& applicant);                                                 ///< 205
[[nodiscard]] Notice join_approved(const RequestId& request, const GroupKey& group, const UserKey& applicant);  ///< 206
[[nodiscard]] Notice request_rejected(const RequestId& request, const UserKey& applicant,
                                      const GroupKey& group);  ///< 207

enum class FriendChange : char { removed, profile };
[[nodiscard]] Notice friend_changed(FriendChange change, const UserKey& who, const UserKey& told);  ///< 210

/// 209, in the group's conversation, to its members. `target`: the member concerned, or empty.
[[nodiscard]] Notice group_changed(const GroupKey& group, const UserKey& actor, std::string change, std::string target,
                                   std::string detail);

}  // namespace godwit::user

#pragma once
#include "user/context/context.hpp"
#include "user/store/request_store.hpp"

namespace godwit::user {

/// What one account may have of each, held inside the transaction that would make one more. Each answers the error of
/// its own bound. `who` stands in the detail where it is not the caller.

/// group_limit.
[[nodiscard]] Result<void> may_own_another(Tables& tables, const Caps& caps, const UserKey& who);
/// membership_limit.
[[nodiscard]] Result<void> may_be_in_another(Tables& tables, const Caps& caps, const UserKey& who);
/// member_limit: `fresh` more people are to come into a group of `members`.
[[nodiscard]] Result<void> has_room(const Caps& caps, std::size_t members, std::size_t fresh = 1);
/// friend_limit, of either.
[[nodiscard]] Result<void> may_have_another_friend(Tables& tables, const Caps& caps, const UserKey& who);
/// request_limit, cooling_off.
[[nodiscard]] Result<void> may_ask_now(const Caps& caps, const RequestStanding& standing, Millis now);

}  // namespace godwit::user

#include "user/context/caps.hpp"

#include "user/store/friend_store.hpp"
#include "user/store/group_store.hpp"

namespace godwit::user {

Result<void> may_own_another(Tables& tables, const Caps& caps, const UserKey& who) {
  TRY(const auto count, tables.members.count(who));
  if (count.owned >= caps.groups_owned) return fail(Code::group_limit, who.str());
  return {};
}

Result<void> may_be_in_another(Tables& tables, const Caps& caps, const UserKey& who) {
  TRY(const auto count, tables.members.count(who));
  if (count.all >= caps.memberships) return fail(Code::membership_limit, who.str());
  return {};
}

Result<void> has_room(const Caps& caps, std::size_t members, std::size_t fresh) {
  if (members + fresh > caps.group_members)
    return fail(Code::member_limit, "a group has at most " + std::to_string(caps.group_members) + " members");
  return {};
}

Result<void> may_have_another_friend(Tables& tables, const Caps& caps, const UserKey& who) {
  TRY(const auto count, tables.friends.count(who));
  if (count >= caps.friends) return fail(Code::friend_limit, who.str());
  return {};
}

Result<void> may_ask_now(const Caps& caps, const RequestStanding& standing, Millis now) {
  if (standing.sent >= caps.pending_sent) return fail(Code::request_limit, "too many of yours are not answered yet");
  if (standing.received >= caps.pending_received) return fail(Code::request_limit, "too many wait there already");
  const auto over_at = standing.rejected_at + caps.cooling_off_ms;
  if (standing.rejected_at == 0 || now >= over_at) return {};
  return std::unexpected(Error{.code = Code::cooling_off,
                               .detail = "the last request was rejected",
                               .retry_after_s = static_cast<std::uint32_t>((over_at - now + 999) / 1000)});
}

}  // namespace godwit::user

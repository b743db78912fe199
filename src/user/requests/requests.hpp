#pragma once
#include <string>
#include <vector>

#include "user/context/context.hpp"
#include "user/store/request_store.hpp"

namespace godwit::user {

template <class Request>
struct Applied {
  Request request;
  bool fresh = false;  ///< made by this call (201); otherwise it was there (200)
};

/// A second time answers the pending one; where the other one asked first, that request is approved: they are friends.
/// invalid_fields (oneself), not_found, blocked, already_friends, friend_limit, request_limit, cooling_off,
/// rate_limited.
Task<Result<Applied<FriendRequest>>> request_friend(Context& context, UserKey sender, UserKey receiver,
                                                    std::string note);
/// By the receiver. not_found, forbidden (its sender), already_answered, friend_limit.
Task<Result<FriendRequest>> answer_friend_request(Context& context, UserKey who, RequestId id, bool approve);
Task<Result<std::vector<FriendRequest>>> list_friend_requests(Context& context, UserKey user, Box box, BoxPlace after,
                                                              std::size_t limit);

/// Where the group is open, it is approved at once. not_found, group_closed, already_member, member_limit,
/// membership_limit, request_limit, cooling_off, rate_limited.
Task<Result<Applied<GroupRequest>>> request_to_join(Context& context, UserKey sender, GroupKey group, std::string note);
/// By the owner and admins. not_found, forbidden (its sender), already_answered, member_limit, membership_limit.
Task<Result<GroupRequest>> answer_group_request(Context& context, UserKey who, RequestId id, bool approve);
Task<Result<std::vector<GroupRequest>>> list_group_requests(Context& context, UserKey user, Box box, BoxPlace after,
                                                            std::size_t limit);

}  // namespace godwit::user

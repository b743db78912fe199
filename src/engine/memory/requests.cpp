#include <algorithm>

#include "engine/memory/accounts_tables.hpp"

namespace godwit::engine::memory {
namespace {
const UserKey& target(const user::NewFriendRequest& request) { return request.receiver; }
const GroupKey& target(const user::NewGroupRequest& request) { return request.group; }

FriendRequest shown(const AccountRows& rows, const AskedFriend& asked) {
  const auto& request = asked.request;
  return {.id = request.id,
          .sender = card_of(rows, request.sender),
          .receiver = card_of(rows, request.receiver),
          .note = request.note,
          .state = asked.state,
          .created_at = request.created_at};
}

GroupRequest shown(AccountRows& rows, const AskedGroup& asked) {
  const auto& request = asked.request;
  return {.id = request.id,
          .sender = card_of(rows, request.sender),
          .group = Groups(rows).cards(std::span(&request.group, 1))->front(),
          .note = request.note,
          .state = asked.state,
          .created_at = request.created_at};
}

/// The pending one between the two.
template <class Rows, class Target>
const auto* open_between(const Rows& rows, const UserKey& sender, const Target& other) {
  const auto found = std::ranges::find_if(rows, [&](const auto& row) {
    const auto& asked = row.second;
    return asked.state == RequestState::pending && asked.request.sender == sender && target(asked.request) == other;
  });
  return found == rows.end() ? nullptr : &found->second;
}

template <class Requests>
bool give_answer(Requests& table, const RequestId& id, RequestState state, Millis at) {
  const auto* asked = table.find(id);
  if (asked == nullptr || asked->state != RequestState::pending) return false;
  auto* row = table.change(id);
  row->state = state;
  row->answered_at = at;
  return true;
}

template <class Rows, class Target>
user::RequestStanding standing_of(const Rows& rows, const UserKey& sender, const Target& receiver) {
  user::RequestStanding standing;
  for (const auto& [id, asked] : rows) {
    const bool by = asked.request.sender == sender, to = target(asked.request) == receiver;
    const bool waits = asked.state == RequestState::pending;
    standing.sent += by && waits ? 1 : 0;
    standing.received += to && waits ? 1 : 0;
    if (by && to && asked.state == RequestState::rejected)
      standing.rejected_at = std::max(standing.rejected_at, asked.answered_at);
  }
  return standing;
}

/// Those that `belongs(request)`, newest first, from behind `after` on.
template <class Rows, class Belongs>
auto box_of(const Rows& rows, const user::BoxPlace& after, std::size_t limit, Belongs belongs) {
  using Kept = typename Rows::mapped_type;
  const auto place = [](const Kept* asked) { return std::tie(asked->request.created_at, asked->request.id); };
  std::vector<const Kept*> all;
  for (const auto& [id, asked] : rows) {
    const bool behind = after.id.empty() || place(&asked) < std::tie(after.created_at, after.id);
    if (behind && belongs(asked.request)) all.push_back(&asked);
  }
  std::ranges::sort(all, std::ranges::greater{}, place);
  if (all.size() > limit) all.resize(limit);
  return all;
}
}  // namespace

// At most one pending one a pair: as a unique index has it, the second is refused.
Result<void> FriendRequests::add(const user::NewFriendRequest& request) {
  if (open_between(rows_.friend_requests.rows(), request.sender, request.receiver) != nullptr)
    return fail(Code::unavailable, "such a request is pending already");
  rows_.friend_requests.change()[request.id] = {.request = request};
  return {};
}

Result<std::optional<FriendRequest>> FriendRequests::find(const RequestId& id) {
  const auto* asked = rows_.friend_requests.find(id);
  return asked == nullptr ? std::nullopt : std::optional(shown(rows_, *asked));
}

Result<std::optional<FriendRequest>> FriendRequests::pending(const UserKey& sender, const UserKey& receiver) {
  const auto* asked = open_between(rows_.friend_requests.rows(), sender, receiver);
  return asked == nullptr ? std::nullopt : std::optional(shown(rows_, *asked));
}

Result<bool> FriendRequests::answer(const RequestId& id, RequestState state, Millis at) {
  return give_answer(rows_.friend_requests, id, state, at);
}

Result<user::RequestStanding> FriendRequests::standing(const UserKey& sender, const UserKey& receiver) {
  return standing_of(rows_.friend_requests.rows(), sender, receiver);
}

Result<std::vector<FriendRequest>> FriendRequests::list(const UserKey& user, user::Box box, const user::BoxPlace& after,
                                                        std::size_t limit) {
  std::vector<FriendRequest> list;
  const auto belongs = [&](const user::NewFriendRequest& request) {
    return (box == user::Box::in ? request.receiver : request.sender) == user;
  };
  for (const auto* asked : box_of(rows_.friend_requests.rows(), after, limit, belongs))
    list.push_back(shown(rows_, *asked));
  return list;
}

Result<void> GroupRequests::add(const user::NewGroupRequest& request) {
  const bool waits = request.state == RequestState::pending;
  if (waits && open_between(rows_.group_requests.rows(), request.sender, request.group) != nullptr)
    return fail(Code::unavailable, "such a request is pending already");
  rows_.group_requests.change()[request.id] = {
      .request = request, .state = request.state, .answered_at = waits ? 0 : request.created_at};
  return {};
}

Result<std::optional<GroupRequest>> GroupRequests::find(const RequestId& id) {
  const auto* asked = rows_.group_requests.find(id);
  return asked == nullptr ? std::nullopt : std::optional(shown(rows_, *asked));
}

Result<std::optional<GroupRequest>> GroupRequests::pending(const UserKey& sender, const GroupKey& group) {
  const auto* asked = open_between(rows_.group_requests.rows(), sender, group);
  return asked == nullptr ? std::nullopt : std::optional(shown(rows_, *asked));
}

Result<bool> GroupRequests::answer(const RequestId& id, RequestState state, Millis at) {
  return give_answer(rows_.group_requests, id, state, at);
}

Result<user::RequestStanding> GroupRequests::standing(const UserKey& sender, const GroupKey& group) {
  return standing_of(rows_.group_requests.rows(), sender, group);
}

Result<std::vector<GroupRequest>> GroupRequests::list(const UserKey& user, user::Box box, const user::BoxPlace& after,
                                                      std::size_t limit) {
  std::vector<GroupRequest> list;
  const auto belongs = [&](const user::NewGroupRequest& request) {
    if (box == user::Box::out) return request.sender == user;
    const auto* member = rows_.members.find({request.group, user});  // none of a dissolved group
    return member != nullptr && member->role != Role::member;
  };
  for (const auto* asked : box_of(rows_.group_requests.rows(), after, limit, belongs))
    list.push_back(shown(rows_, *asked));
  return list;
}

Result<void> GroupRequests::reject_all(const GroupKey& group, Millis at) {
  for (auto& [id, asked] : rows_.group_requests.change()) {
    if (asked.request.group != group || asked.state != RequestState::pending) continue;
    asked.state = RequestState::rejected;
    asked.answered_at = at;
  }
  return {};
}

}  // namespace godwit::engine::memory

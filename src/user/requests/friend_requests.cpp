#include "user/context/caps.hpp"
#include "user/notices/notices.hpp"
#include "user/requests/requests.hpp"
#include "user/store/account_store.hpp"
#include "user/store/block_store.hpp"
#include "user/store/friend_store.hpp"
#include "user/store/request_store.hpp"

namespace godwit::user {
namespace {
using FriendApplied = Applied<FriendRequest>;

Result<void> may_ask(Tables& tables, const UserKey& sender, const UserKey& receiver) {
  TRY(const auto account, tables.accounts.find(receiver));
  if (!account) return fail(Code::not_found, "no such user");
  TRY(const bool blocked, tables.blocks.between(sender, receiver));
  if (blocked) return fail(Code::blocked);
  TRY(const bool friends, tables.friends.are_friends(sender, receiver));
  if (friends) return fail(Code::already_friends);
  return {};
}

// Both want it: the earlier request is approved by the later one.
Result<FriendApplied> approve_crossing(Tables& tables, const Caps& caps, FriendRequest earlier, Millis now,
                                       Outgoing& outgoing) {
  const UserKey applicant(earlier.sender.key), approver(earlier.receiver.key);
  for (const auto& who : {approver, applicant}) CHECK_OK(may_have_another_friend(tables, caps, who));
  CHECK_OK(tables.friend_requests.answer(earlier.id, RequestState::approved, now));
  CHECK_OK(tables.friends.add(applicant, approver, now));
  outgoing.changed(changes::pair(applicant, approver));
  CHECK_OK(outgoing.add(tables, friend_approved(earlier.id, approver, applicant)));
  earlier.state = RequestState::approved;
  return FriendApplied{.request = std::move(earlier), .fresh = false};
}

Result<FriendRequest> to_answer(Tables& tables, const UserKey& who, const RequestId& id) {
  TRY(auto request, tables.friend_requests.find(id));
  if (!request || (request->receiver.key != who.str() && request->sender.key != who.str()))
    return fail(Code::not_found, "no such request");
  if (request->receiver.key != who.str()) return fail(Code::forbidden, "only the receiver may answer");
  if (request->state != RequestState::pending) return fail(Code::already_answered);
  return std::move(*request);
}
}  // namespace

Task<Result<FriendApplied>> request_friend(Context& context, UserKey sender, UserKey receiver, std::string note) {
  if (sender == receiver) co_return invalid_field("receiver", "must be somebody else");
  const RequestId id(context.random.id(20));
  const auto now = context.clock.now();
  const auto& caps = context.settings.caps;
  co_return co_await commit(context, [&](Tables& tables, Outgoing& outgoing) -> Result<FriendApplied> {
    CHECK_OK(hold(tables, {sender, receiver}));
    CHECK_OK(may_ask(tables, sender, receiver));
    TRY(auto mine, tables.friend_requests.pending(sender, receiver));
    if (mine) return FriendApplied{.request = std::move(*mine), .fresh = false};
    TRY(auto theirs, tables.friend_requests.pending(receiver, sender));
    if (theirs) return approve_crossing(tables, caps, std::move(*theirs), now, outgoing);
    CHECK_OK(may_have_another_friend(tables, caps, sender));
    TRY(const auto standing, tables.friend_requests.standing(sender, receiver));
    CHECK_OK(may_ask_now(caps, standing, now));
    CHECK_OK(outgoing.take(Rated::request, sender, receiver.str()));
    CHECK_OK(tables.friend_requests.add(
        {.id = id, .sender = sender, .receiver = receiver, .note = note, .created_at = now}));
    CHECK_OK(outgoing.add(tables, friend_requested(id, sender, receiver, note)));
    TRY(auto made, tables.friend_requests.find(id));
    return FriendApplied{.request = std::move(*made), .fresh = true};
  });
}

Task<Result<FriendRequest>> answer_friend_request(Context& context, UserKey who, RequestId id, bool approve) {
  const auto now = context.clock.now();
  co_return co_await commit(context, [&](Tables& tables, Outgoing& outgoing) -> Result<FriendRequest> {
    TRY(auto request, to_answer(tables, who, id));
    const UserKey applicant(request.sender.key);
    CHECK_OK(hold(tables, {who, applicant}));
    request.state = approve ? RequestState::approved : RequestState::rejected;
    TRY(const bool mine, tables.friend_requests.answer(id, request.state, now));
    if (!mine) return fail(Code::already_answered);  // by another one of theirs, since it was looked at
    if (approve) {
      for (const auto& one : {who, applicant})
        CHECK_OK(may_have_another_friend(tables, context.settings.caps, one));
      CHECK_OK(tables.friends.add(applicant, who, now));
      outgoing.changed(changes::pair(applicant, who));
    }
    CHECK_OK(outgoing.add(tables,
                          approve ? friend_approved(id, who, applicant) : request_rejected(id, applicant, GroupKey{})));
    return request;
  });
}

Task<Result<std::vector<FriendRequest>>> list_friend_requests(Context& context, UserKey user, Box box, BoxPlace after,
                                                              std::size_t limit) {
  co_return co_await context.store.read(
      [&](Tables& tables) { return tables.friend_requests.list(user, box, after, limit); }, user.str());
}

}  // namespace godwit::user

#include "user/caps.hpp"
#include "user/notices.hpp"
#include "user/requests.hpp"

namespace godwit::user {
namespace {
Result<FriendRequest> to_answer(Tables& tables, const UserKey& who, const RequestId& id) {
  TRY(auto request, tables.friend_requests.find(id));
  if (!request || (request->receiver.key != who.str() && request->sender.key != who.str()))
    return fail(Code::not_found, "no such request");
  if (request->receiver.key != who.str()) return fail(Code::forbidden, "only the receiver may answer");
  if (request->state != RequestState::pending) return fail(Code::already_answered);
  return std::move(*request);
}
}  // namespace

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

}  // namespace godwit::user

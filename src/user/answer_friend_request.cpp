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
  Outgoing outgoing(context.random);
  UserKey applicant;
  const auto now = context.clock.now();
  auto answered = co_await context.store.write([&](Tables& tables) -> Result<FriendRequest> {
    TRY(auto request, to_answer(tables, who, id));
    applicant = UserKey(request.sender.key);
    request.state = approve ? RequestState::approved : RequestState::rejected;
    CHECK_OK(tables.friend_requests.answer(id, request.state, now));
    if (approve) {
      for (const auto& one : {who, applicant})
        CHECK_OK(may_have_another_friend(tables, context.settings.caps, one));
      CHECK_OK(tables.friends.add(applicant, who, now));
    }
    CHECK_OK(outgoing.add(tables,
                          approve ? friend_approved(id, who, applicant) : request_rejected(id, applicant, GroupKey{})));
    return request;
  });
  context.caches.forget_pair(who, applicant);
  if (answered) co_await outgoing.announce(context);
  co_return answered;
}

}  // namespace godwit::user

#include "user/groups.hpp"
#include "user/notices.hpp"
#include "user/requests.hpp"

namespace godwit::user {
namespace {
Result<GroupRequest> to_answer(Tables& tables, const UserKey& who, const RequestId& id) {
  TRY(auto request, tables.group_requests.find(id));
  if (!request) return fail(Code::not_found, "no such request");
  CHECK_OK(existing_group(tables, GroupKey(request->group.key)));
  TRY(const auto mine, tables.members.find(GroupKey(request->group.key), who));
  if (!mine || mine->role == Role::member) {
    if (request->sender.key == who.str()) return fail(Code::forbidden, "only the owner and admins may answer");
    return fail(Code::not_found, "no such request");
  }
  if (request->state != RequestState::pending) return fail(Code::already_answered);
  return std::move(*request);
}
}  // namespace

Task<Result<GroupRequest>> answer_group_request(Context& context, UserKey who, RequestId id, bool approve) {
  Outgoing outgoing(context.random);
  GroupKey group;
  auto answered = co_await context.store.write([&](Tables& tables) -> Result<GroupRequest> {
    TRY(auto request, to_answer(tables, who, id));
    group = GroupKey(request.group.key);
    const UserKey applicant(request.sender.key);
    request.state = approve ? RequestState::approved : RequestState::rejected;
    CHECK_OK(tables.group_requests.answer(id, request.state));
    if (!approve) {
      CHECK_OK(outgoing.add(tables, request_rejected(id, applicant, group)));
      return request;
    }
    TRY(const bool joined, tables.members.add(group, {.user = applicant, .joined_at = context.clock.now()}));
    if (joined) CHECK_OK(outgoing.add(tables, join_approved(id, group, applicant)));
    return request;
  });
  context.caches.forget_group(group);
  if (answered) co_await outgoing.announce(context);
  co_return answered;
}

}  // namespace godwit::user

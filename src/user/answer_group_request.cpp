#include "user/caps.hpp"
#include "user/groups.hpp"
#include "user/notices.hpp"
#include "user/requests.hpp"

namespace godwit::user {
namespace {
Result<GroupRequest> to_answer(Tables& tables, const UserKey& who, const RequestId& id, Group& group) {
  TRY(auto request, tables.group_requests.find(id));
  if (!request) return fail(Code::not_found, "no such request");
  CHECK_OK(hold(tables, {UserKey(request->sender.key)}, {GroupKey(request->group.key)}));
  TRY(group, existing_group(tables, GroupKey(request->group.key)));
  TRY(const auto mine, tables.members.find(GroupKey(request->group.key), who));
  if (!mine || mine->role == Role::member) {
    if (request->sender.key == who.str()) return fail(Code::forbidden, "only the owner and admins may answer");
    return fail(Code::not_found, "no such request");
  }
  if (request->state != RequestState::pending) return fail(Code::already_answered);
  return std::move(*request);
}

Result<void> may_come_in(Tables& tables, const Caps& caps, const Group& group, const UserKey& applicant) {
  CHECK_OK(has_room(caps, group.member_count));
  return may_be_in_another(tables, caps, applicant);
}
}  // namespace

Task<Result<GroupRequest>> answer_group_request(Context& context, UserKey who, RequestId id, bool approve) {
  const auto now = context.clock.now();
  co_return co_await commit(context, [&](Tables& tables, Outgoing& outgoing) -> Result<GroupRequest> {
    Group there;
    TRY(auto request, to_answer(tables, who, id, there));
    const auto& group = there.key;
    const UserKey applicant(request.sender.key);
    request.state = approve ? RequestState::approved : RequestState::rejected;
    TRY(const bool mine, tables.group_requests.answer(id, request.state, now));
    if (!mine) return fail(Code::already_answered);  // by another manager, since it was looked at
    if (!approve) {
      CHECK_OK(outgoing.add(tables, request_rejected(id, applicant, group)));
      return request;
    }
    TRY(const auto already, tables.members.find(group, applicant));
    if (already) return request;
    CHECK_OK(may_come_in(tables, context.settings.caps, there, applicant));
    CHECK_OK(tables.members.add(group, {.user = applicant, .joined_at = now}));
    outgoing.changed(changes::group(group));
    CHECK_OK(outgoing.add(tables, join_approved(id, group, applicant)));
    return request;
  });
}

}  // namespace godwit::user

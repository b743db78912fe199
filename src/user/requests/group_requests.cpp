#include "user/context/caps.hpp"
#include "user/groups/groups.hpp"
#include "user/notices/notices.hpp"
#include "user/requests/requests.hpp"
#include "user/store/group_store.hpp"
#include "user/store/request_store.hpp"

namespace godwit::user {
namespace {
using JoinApplied = Applied<GroupRequest>;

struct Applicant {
  UserKey user;
  RequestId id;  ///< of the request, if one is made
  std::string note;
  Millis now;
  const Caps& caps;
};

Result<void> let_in(Tables& tables, const Group& group, const RequestId& request, const Applicant& applicant,
                    Outgoing& outgoing) {
  CHECK_OK(has_room(applicant.caps, group.member_count));
  CHECK_OK(may_be_in_another(tables, applicant.caps, applicant.user));
  CHECK_OK(tables.members.add(group.key, {.user = applicant.user, .joined_at = applicant.now}));
  outgoing.changed(changes::group(group.key));
  return outgoing.add(tables, join_approved(request, group.key, applicant.user));
}

// A request from before the group was opened is approved by asking again.
Result<JoinApplied> repeat(Tables& tables, const Group& group, GroupRequest pending, const Applicant& applicant,
                           Outgoing& outgoing) {
  if (group.policy == JoinPolicy::open) {
    CHECK_OK(tables.group_requests.answer(pending.id, RequestState::approved, applicant.now));
    CHECK_OK(let_in(tables, group, pending.id, applicant, outgoing));
    pending.state = RequestState::approved;
  }
  return JoinApplied{.request = std::move(pending), .fresh = false};
}

Result<JoinApplied> apply(Tables& tables, const Group& group, const Applicant& applicant, Outgoing& outgoing) {
  const bool open = group.policy == JoinPolicy::open;
  if (!open) {
    TRY(const auto standing, tables.group_requests.standing(applicant.user, group.key));
    CHECK_OK(may_ask_now(applicant.caps, standing, applicant.now));
  }
  CHECK_OK(tables.group_requests.add({.id = applicant.id,
                                      .sender = applicant.user,
                                      .group = group.key,
                                      .note = applicant.note,
                                      .state = open ? RequestState::approved : RequestState::pending,
                                      .created_at = applicant.now}));
  if (open) {
    CHECK_OK(let_in(tables, group, applicant.id, applicant, outgoing));
  } else {
    TRY(const auto managers, tables.members.managers(group.key));
    for (const auto& manager : managers) {
      CHECK_OK(outgoing.add(tables, join_requested(applicant.id, group.key, applicant.user, manager, applicant.note)));
    }
  }
  TRY(auto made, tables.group_requests.find(applicant.id));
  return JoinApplied{.request = std::move(*made), .fresh = true};
}

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

Task<Result<JoinApplied>> request_to_join(Context& context, UserKey sender, GroupKey group, std::string note) {
  const Applicant applicant{.user = sender,
                            .id = RequestId(context.random.id(20)),
                            .note = std::move(note),
                            .now = context.clock.now(),
                            .caps = context.settings.caps};
  co_return co_await commit(context, [&](Tables& tables, Outgoing& outgoing) -> Result<JoinApplied> {
    CHECK_OK(hold(tables, {sender}, {group}));
    TRY(const auto found, existing_group(tables, group));
    if (found.policy == JoinPolicy::closed) return fail(Code::group_closed);
    TRY(const auto mine, tables.members.find(group, sender));
    if (mine) return fail(Code::already_member);
    TRY(auto pending, tables.group_requests.pending(sender, group));
    if (!pending || found.policy == JoinPolicy::open)
      CHECK_OK(outgoing.take(Rated::request, sender, group.str()));
    if (pending) return repeat(tables, found, std::move(*pending), applicant, outgoing);
    return apply(tables, found, applicant, outgoing);
  });
}

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

Task<Result<std::vector<GroupRequest>>> list_group_requests(Context& context, UserKey user, Box box, BoxPlace after,
                                                            std::size_t limit) {
  co_return co_await context.store.read(
      [&](Tables& tables) { return tables.group_requests.list(user, box, after, limit); }, user.str());
}

}  // namespace godwit::user

#include "user/notices/notices.hpp"

namespace godwit::user {
namespace {
// Numbered among the receiver's own notices, and for them alone.
Notice to_one(Type type, std::string sender, const UserKey& receiver) {
  Notice notice{};
  notice.frame.type = type;
  notice.frame.conversation = Conversation::notices_of(receiver);
  notice.frame.sender = std::move(sender);
  notice.frame.receiver = receiver.str();
  return notice;
}
}  // namespace

Notice friend_requested(const RequestId& request, const UserKey& applicant, const UserKey& receiver,
                        const std::string& note) {
  auto notice = to_one(Type::friend_request, applicant.str(), receiver);
  notice.frame.request = request.str();
  notice.frame.text = note;
  return notice;
}

Notice join_requested(const RequestId& request, const GroupKey& group, const UserKey& applicant, const UserKey& manager,
                      const std::string& note) {
  auto notice = to_one(Type::join_request, applicant.str(), manager);
  notice.frame.request = request.str();
  notice.frame.group = group.str();
  notice.frame.text = note;
  return notice;
}

Notice friend_approved(const RequestId& request, const UserKey& approver, const UserKey& applicant) {
  auto notice = to_one(Type::friend_approved, approver.str(), applicant);
  notice.frame.request = request.str();
  return notice;
}

Notice join_approved(const RequestId& request, const GroupKey& group, const UserKey& applicant) {
  Notice notice{};
  notice.frame.type = Type::join_approved;
  notice.frame.conversation = Conversation::of_group(group);
  notice.frame.sender = applicant.str();
  notice.frame.receiver = applicant.str();
  notice.frame.request = request.str();
  notice.frame.group = group.str();
  notice.frame.joined = {applicant};
  return notice;
}

Notice request_rejected(const RequestId& request, const UserKey& applicant, const GroupKey& group) {
  auto notice = to_one(Type::request_rejected, request.str(), applicant);
  notice.frame.group = group.str();
  return notice;
}

Notice friend_changed(FriendChange change, const UserKey& who, const UserKey& told) {
  auto notice = to_one(Type::friend_changed, who.str(), told);
  notice.frame.change = change == FriendChange::removed ? "removed" : "profile";
  // It says no more than "look again": one that waits is enough.
  if (change == FriendChange::profile) notice.replaces = "210/" + who.str() + "/" + told.str();
  return notice;
}

Notice group_changed(const GroupKey& group, const UserKey& actor, std::string change, std::string target,
                     std::string detail) {
  Notice notice{};
  notice.frame.type = Type::group_changed;
  notice.frame.conversation = Conversation::of_group(group);
  notice.frame.sender = actor.str();
  notice.frame.receiver = group.str();
  notice.frame.group = group.str();
  notice.frame.change = std::move(change);
  notice.frame.target = std::move(target);
  notice.frame.detail = std::move(detail);
  return notice;
}

}  // namespace godwit::user

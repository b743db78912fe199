#pragma once
#include <string>

#include "base/clock.hpp"
#include "service/dispatch.hpp"
#include "service/user.hpp"

namespace godwit::dispatch {

/// Where a message goes.
struct Addressed {
  Conversation conversation;
  Audience members;  ///< a group's; who is told what has no number (303). Kept messages go to whoever may read them
};

/// One kind of message that people send, as `type` names it. New business (red packets, flash sales) is another class
/// of this kind, listed in dispatch_role.cpp.
class MessageKind {
 public:
  virtual ~MessageKind() = default;
  [[nodiscard]] virtual Type type() const noexcept = 0;
  /// Whether `sender` may write to `receiver` (a user's or a group's key), and where. In the protocol's
  /// order: invalid_fields, not_found, blocked, not_friends, not_member, muted.
  virtual Task<Result<Addressed>> address(UserKey sender, std::string receiver) const = 0;
};

/// 101: to a friend.
class FriendMessage final : public MessageKind {
 public:
  explicit FriendMessage(user::Service& users) : users_(users) {}
  [[nodiscard]] Type type() const noexcept override { return Type::direct; }
  Task<Result<Addressed>> address(UserKey sender, std::string receiver) const override;

 private:
  user::Service& users_;
};

/// 102: to a group that the sender is in.
class GroupMessage final : public MessageKind {
 public:
  GroupMessage(user::Service& users, const Clock& clock) : users_(users), clock_(clock) {}
  [[nodiscard]] Type type() const noexcept override { return Type::group; }
  Task<Result<Addressed>> address(UserKey sender, std::string receiver) const override;

 private:
  user::Service& users_;
  const Clock& clock_;
};

}  // namespace godwit::dispatch

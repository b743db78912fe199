#include "dispatch/message_kind.hpp"
#include "domain/rules.hpp"

namespace godwit::dispatch {

Task<Result<Addressed>> FriendMessage::address(UserKey sender, std::string receiver) const {
  const UserKey peer(std::move(receiver));
  if (peer == sender) co_return invalid_field("msgReceiver", "must be somebody else");
  CO_TRY(const DirectRelation relation, co_await users_.relation(sender, peer));
  CO_CHECK(may_send_direct(relation));
  co_return Addressed{.conversation = Conversation::direct(sender, peer), .members = nullptr};
}

}  // namespace godwit::dispatch

#include "dispatch/message_kind.hpp"
#include "domain/rules.hpp"

namespace godwit::dispatch {

Task<Result<Addressed>> GroupMessage::address(UserKey sender, std::string receiver) const {
  const GroupKey group(std::move(receiver));
  CO_TRY(const auto roster, co_await users_.roster(group));
  CO_CHECK(may_send_group(roster->find(sender), clock_.now()));
  co_return Addressed{.conversation = Conversation::of_group(group), .members = roster->audience};
}

}  // namespace godwit::dispatch

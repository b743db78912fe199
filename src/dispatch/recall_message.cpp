#include "dispatch/dispatch_role.hpp"
#include "domain/rules.hpp"

namespace godwit::dispatch {
namespace {

Message recall_of(const Message& message, const UserKey& actor) {
  Message frame;
  frame.type = Type::recalled;
  frame.conversation = message.conversation;
  frame.sender = actor.str();
  frame.receiver = message.conversation.kind() == Conversation::Kind::direct ? message.conversation.peer_of(actor).str()
                                                                             : message.receiver;
  frame.target = message.id.str();
  frame.target_seq = message.seq;
  return frame;
}

}  // namespace

Task<Result<MessagePtr>> DispatchRole::recall_message(const Identity& who, MessageId id) {
  CO_TRY(const MessagePtr message, co_await peers_.archive.find(id));
  CO_TRY(const ReadRanges readable, co_await peers_.offline.ranges(who.user, message->conversation));
  if (!is_chat(message->type) || !readable.contains(message->seq)) co_return fail(Code::not_found);
  const Member* member = nullptr;
  std::shared_ptr<const Roster> roster;
  if (message->conversation.kind() == Conversation::Kind::group) {
    CO_TRY(roster, co_await peers_.users.roster(message->conversation.group()));
    member = roster->find(who.user);
    if (member == nullptr) co_return fail(Code::not_found);
  }
  const auto may =
      may_recall(*message, who.user, member, clock_.now(), recall_window_ms_.load(std::memory_order_relaxed));
  if (!may && may.error().code == Code::forbidden) co_return std::unexpected(may.error());
  if (message->recalled) co_return message;
  CO_CHECK(may);
  // One 208 for ever, however many ask at once; whoever comes second gets the first's.
  CO_CHECK(co_await publish(recall_of(*message, who.user), "recall/" + id.str()));
  // The answer says that the text is nowhere: so it waits for both readers of the bus.
  CO_CHECK(co_await ports_.bus.settled(Topic::offline));
  CO_CHECK(co_await ports_.bus.settled(Topic::store));
  co_return std::make_shared<const Message>(without_text(*message));
}

}  // namespace godwit::dispatch

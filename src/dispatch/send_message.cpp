#include <charconv>

#include "dispatch/dispatch_role.hpp"

namespace godwit::dispatch {
namespace {

constexpr std::size_t kMadeUpLength = 20;

Message message_of(const Identity& who, Outgoing outgoing, const Conversation& conversation, std::string_view unique,
                   Millis now) {
  Message message;
  message.type = outgoing.type;
  message.conversation = conversation;
  message.id =
      make_message_id(who.user.str(), outgoing.receiver, send_time(outgoing.sent_at, now), unique, outgoing.text);
  message.sender = who.user.str();
  message.receiver = std::move(outgoing.receiver);
  message.text = std::move(outgoing.text);
  message.client_id = std::move(outgoing.client_id);
  message.sender_device = who.device;
  message.reply_to = std::move(outgoing.reply_to);
  return message;
}

/// Whether `first` is this very message: its id holds the send time, and is a hash over all that makes a message the
/// same.
bool is_first_of(const Published& first, const Identity& who, const Outgoing& outgoing) {
  Millis sent_at = 0;
  const auto& id = first.id.str();
  std::from_chars(id.data(), id.data() + 12, sent_at, 16);
  return first.id == make_message_id(who.user.str(), outgoing.receiver, sent_at, outgoing.client_id, outgoing.text);
}

std::string once_of(const UserKey& sender, std::string_view client_id) {
  return "m/" + sender.str() + "/" + std::string(client_id);
}

}  // namespace

Task<Result<Published>> DispatchRole::send_message(const Identity& who, Outgoing outgoing) {
  const MessageKind* kind = kind_of(outgoing.type);
  if (kind == nullptr) co_return invalid_field("type", "must be 101 or 102");
  const bool repeatable = !outgoing.client_id.empty();
  const std::string unique = repeatable ? outgoing.client_id : random_.id(kMadeUpLength);
  auto addressed = co_await kind->address(who.user, outgoing.receiver);
  if (!addressed) {
    if (repeatable && info(addressed.error().code).status != 422) {
      auto first = co_await ports_.ledger.find(once_of(who.user, unique));
      if (first && *first && is_first_of(**first, who, outgoing)) co_return Published(**first);
    }
    co_return std::unexpected(std::move(addressed).error());
  }
  if (!outgoing.reply_to.empty()) CO_CHECK(co_await check_reply(who.user, addressed->conversation, outgoing.reply_to));
  auto message = message_of(who, std::move(outgoing), addressed->conversation, unique, clock_.now());
  co_return co_await append(std::move(message), (repeatable ? "" : "x/") + once_of(who.user, unique));
}

Task<Result<void>> DispatchRole::check_reply(const UserKey& sender, const Conversation& conversation,
                                             const std::string& reply_to) {
  const auto refused = [] { return invalid_field("replyTo", "must be a message of the same conversation"); };
  const auto found = co_await peers_.archive.find(MessageId(reply_to));
  if (!found && found.error().code != Code::not_found) co_return std::unexpected(found.error());
  if (!found || (*found)->conversation != conversation) co_return refused();
  CO_TRY(const ReadRanges readable, co_await peers_.offline.ranges(sender, conversation));
  if (!readable.contains((*found)->seq)) co_return refused();
  co_return Result<void>{};
}

}  // namespace godwit::dispatch

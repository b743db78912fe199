#include "dispatch/dispatch_role.hpp"

#include <sodium.h>

namespace godwit::dispatch {

DispatchRole::DispatchRole(Ports ports, Peers peers, Settings settings, const Clock& clock, Random& random,
                           Metrics& metrics)
    : ports_(ports),
      peers_(peers),
      recall_window_ms_(settings.recall_window_ms),
      clock_(clock),
      random_(random),
      readers_(peers.offline, settings.live_readers,
               [this](std::span<const Readable> messages) { deliver_late(messages); },
               [this] { links_.tell_missed(); }, metrics),
      friend_message_(peers.users),
      group_message_(peers.users, clock),
      sent_(metrics.counter("godwit_messages_total", "Kept frames made durable.")),
      repeated_(metrics.counter("godwit_messages_repeated_total", "Sends answered with their first result.")),
      pushed_(metrics.counter("godwit_pushes_total", "Pushes handed to nodes (one may reach many devices).")) {
  ports_.commits.on_commit([this](std::span<const MessagePtr> batch) { deliver(batch); });
}

const MessageKind* DispatchRole::kind_of(Type type) const noexcept {
  for (const MessageKind* kind :
       {static_cast<const MessageKind*>(&friend_message_), static_cast<const MessageKind*>(&group_message_)}) {
    if (kind->type() == type) return kind;
  }
  return nullptr;
}

std::string fingerprint_of(const Message& message) {
  crypto_generichash_blake2b_state state;
  crypto_generichash_blake2b_init(&state, nullptr, 0, 16);
  const auto type = std::to_string(static_cast<unsigned>(message.type));
  for (const std::string* field :
       {&type, &message.receiver, &message.text, &message.reply_to, &message.title, &message.target}) {
    const std::uint64_t size = field->size();
    crypto_generichash_blake2b_update(&state, reinterpret_cast<const unsigned char*>(&size), sizeof size);
    crypto_generichash_blake2b_update(&state, reinterpret_cast<const unsigned char*>(field->data()), field->size());
  }
  std::string digest(16, '\0');
  crypto_generichash_blake2b_final(&state, reinterpret_cast<unsigned char*>(digest.data()), digest.size());
  return digest;
}

Task<Result<Published>> DispatchRole::append(Message message, std::string once) {
  // Held until the ledger has answered: what it commits is pushed before that. A group's first message says itself who
  // may read it.
  LiveReaders::Held held;
  const bool first = message.type == Type::group_changed && message.change == "created";
  if (message.conversation.kind() == Conversation::Kind::group && !first) {
    held = readers_.find(message.conversation);
    if (!held) {
      CO_TRY(held, co_await readers_.load(message.conversation));
    }
  }
  Draft draft{.message = std::move(message), .once = std::move(once), .fingerprint = {}};
  draft.fingerprint = fingerprint_of(draft.message);
  auto published = co_await ports_.ledger.append(std::move(draft));
  if (published) (published->repeated ? repeated_ : sent_).add();
  co_return published;
}

Task<Result<Published>> DispatchRole::publish(Message frame, std::string once) {
  frame.id = make_message_id(frame.sender, frame.receiver, clock_.now(), once, frame.text);
  co_return co_await append(std::move(frame), "f/" + once);
}

}  // namespace godwit::dispatch

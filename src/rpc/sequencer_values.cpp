#include "rpc/sequencer_values.hpp"

#include "rpc/dispatch_values.hpp"

namespace godwit::rpc {

void write(const dispatch::Draft& from, sequencer::v1::NumberRequest& to) {
  write(from.message, *to.mutable_message());
  to.set_once(from.once);
  to.set_fingerprint(from.fingerprint);
}
Result<dispatch::Draft> read(const sequencer::v1::NumberRequest& from) {
  if (from.once().empty()) return not_valid("once");
  TRY(auto message, read(from.message()));
  return dispatch::Draft{.message = std::move(message), .once = from.once(), .fingerprint = from.fingerprint()};
}

void write(const sequencer::Numbered& from, sequencer::v1::NumberReply& to) {
  if (const auto* published = std::get_if<dispatch::Published>(&from)) {
    write(*published, *to.mutable_published());
  } else {
    const auto& owner = std::get<dispatch::Dispatcher>(from);
    to.mutable_owner()->set_name(owner.name);
    to.mutable_owner()->set_address(owner.address);
  }
}
Result<sequencer::Numbered> read(const sequencer::v1::NumberReply& from) {
  if (from.has_published()) {
    TRY(auto published, read_published(from.published()));
    return published;
  }
  if (!from.has_owner() || from.owner().name().empty()) return not_valid("outcome");
  return dispatch::Dispatcher{.name = from.owner().name(), .address = from.owner().address()};
}

void write(const dispatch::Stretch& from, sequencer::v1::TailRequest& to) {
  to.set_conversation(from.conversation.name());
  to.set_after(from.after);
  to.set_before(from.before);
  to.set_limit(write_limit(from.limit));
  to.set_newest(from.newest);
}
Result<dispatch::Stretch> read(const sequencer::v1::TailRequest& from) {
  TRY(auto conversation, read_conversation(from.conversation()));
  return dispatch::Stretch{.conversation = std::move(conversation),
                           .after = from.after(),
                           .before = from.before(),
                           .limit = from.limit(),
                           .newest = from.newest()};
}

Result<std::vector<Position>> read(const sequencer::v1::CommittedReply& from) {
  if (from.positions_size() != kShards) return not_valid("positions");
  return std::vector<Position>(from.positions().begin(), from.positions().end());
}

}  // namespace godwit::rpc

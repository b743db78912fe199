#include <algorithm>

#include "dispatch/dispatch_role.hpp"
#include "wire/frame.hpp"

namespace godwit::dispatch {
namespace {

using net::SharedFrame;
using Pushes = std::vector<node::Push>;

SharedFrame frame_for(const Message& message, const UserKey& viewer, std::string& scratch) {
  scratch.clear();
  wire::append(scratch, message, viewer);
  return SharedFrame::text(scratch);
}

/// A person's own devices but the sending one: they see it with its clientId.
void push_to_own_devices(Pushes& out, const Message& message, std::string& scratch, const node::Service& node) {
  UserKey sender(message.sender);
  // Nearly everybody has one device, and it is the one that sent.
  if (node.sockets_of(sender) == 0) return;
  auto frame = frame_for(message, sender, scratch);
  out.push_back({.user = sender, .frame = std::move(frame), .skip_user = sender, .skip_device = message.sender_device});
}

void push_direct(Pushes& out, const Message& message, std::string& scratch, const node::Service& node) {
  const auto &a = message.conversation.first(), &b = message.conversation.second();
  if (is_chat(message.type)) {
    const UserKey receiver(message.receiver);
    out.push_back({.user = receiver, .frame = frame_for(message, receiver, scratch)});
    push_to_own_devices(out, message, scratch, node);
    return;
  }
  for (const auto& viewer : {a, b}) out.push_back({.user = viewer, .frame = frame_for(message, viewer, scratch)});
}

void push_group(Pushes& out, const Message& message, const Audience& readers, std::string& scratch,
                const node::Service& node) {
  if (!wire::shared_by_readers(message)) {
    for (const auto& viewer : *readers) out.push_back({.user = viewer, .frame = frame_for(message, viewer, scratch)});
    return;
  }
  const UserKey own(is_chat(message.type) ? message.sender : std::string());
  out.push_back({.users = readers, .frame = frame_for(message, {}, scratch), .skip_user = own});
  // Who was removed meanwhile reads not even what they sent.
  if (!own.empty() && std::ranges::binary_search(*readers, own)) push_to_own_devices(out, message, scratch, node);
}

}  // namespace

void DispatchRole::deliver(std::span<const MessagePtr> batch) {
  auto pushes = std::make_shared<Pushes>();
  pushes->reserve(batch.size());
  std::string scratch;
  for (const auto& committed : batch) {
    const Message& message = *committed;
    switch (message.conversation.kind()) {
      case Conversation::Kind::direct: push_direct(*pushes, message, scratch, peers_.node); break;
      case Conversation::Kind::group:
        if (const auto readers = readers_.fold(committed)) push_group(*pushes, message, readers, scratch, peers_.node);
        break;
      case Conversation::Kind::notices: {
        auto owner = message.conversation.first();
        auto frame = frame_for(message, owner, scratch);
        pushes->push_back({.user = std::move(owner), .frame = std::move(frame)});
        break;
      }
    }
  }
  pushed_.add(pushes->size());
  if (!pushes->empty()) peers_.node.push(std::move(pushes));
}

void DispatchRole::deliver_late(std::span<const Readable> messages) {
  auto pushes = std::make_shared<Pushes>();
  std::string scratch;
  for (const auto& [message, readers] : messages) push_group(*pushes, *message, readers, scratch, peers_.node);
  pushed_.add(pushes->size());
  if (!pushes->empty()) peers_.node.push(std::move(pushes));
}

}  // namespace godwit::dispatch

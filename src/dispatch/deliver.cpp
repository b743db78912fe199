#include <algorithm>

#include "dispatch/dispatch_role.hpp"
#include "wire/frame.hpp"

namespace godwit::dispatch {
namespace {

using net::SharedFrame;
using Pushes = std::vector<link::Push>;

SharedFrame frame_for(const Message& message, const UserKey& viewer, std::string& scratch) {
  scratch.clear();
  wire::append(scratch, message, viewer);
  return SharedFrame::text(scratch);
}

/// A person's own devices but the sending one: they see it with its clientId.
void push_to_own_devices(Pushes& out, const Message& message, std::string& scratch, const NodeLinks& links) {
  UserKey sender(message.sender);
  if (!links.reaches(sender)) return;
  auto frame = frame_for(message, sender, scratch);
  out.push_back({.user = sender, .frame = std::move(frame), .skip_user = sender, .skip_device = message.sender_device});
}

void push_one(Pushes& out, const UserKey& viewer, const Message& message, std::string& scratch,
              const NodeLinks& links) {
  if (links.reaches(viewer)) out.push_back({.user = viewer, .frame = frame_for(message, viewer, scratch)});
}

void push_direct(Pushes& out, const Message& message, std::string& scratch, const NodeLinks& links) {
  if (is_chat(message.type)) {
    push_one(out, UserKey(message.receiver), message, scratch, links);
    push_to_own_devices(out, message, scratch, links);
    return;
  }
  for (const auto& viewer : message.conversation.people()) push_one(out, viewer, message, scratch, links);
}

void push_group(Pushes& out, const Message& message, const Audience& readers, std::string& scratch,
                const NodeLinks& links) {
  if (!wire::shared_by_readers(message)) {
    for (const auto& viewer : *readers) push_one(out, viewer, message, scratch, links);
    return;
  }
  const UserKey own(is_chat(message.type) ? message.sender : std::string());
  out.push_back({.users = readers, .frame = frame_for(message, {}, scratch), .skip_user = own});
  // Who was removed meanwhile reads not even what they sent.
  if (!own.empty() && std::ranges::binary_search(*readers, own)) push_to_own_devices(out, message, scratch, links);
}

}  // namespace

void DispatchRole::deliver(std::span<const MessagePtr> batch) {
  NodeLinks::Delivery delivery(links_);
  auto pushes = std::make_shared<Pushes>();
  pushes->reserve(batch.size());
  std::string scratch;
  for (const auto& committed : batch) {
    const Message& message = *committed;
    switch (message.conversation.kind()) {
      case Conversation::Kind::direct: push_direct(*pushes, message, scratch, links_); break;
      case Conversation::Kind::group:
        if (const auto readers = readers_.fold(committed)) push_group(*pushes, message, readers, scratch, links_);
        break;
      case Conversation::Kind::notices:
        push_one(*pushes, message.conversation.first(), message, scratch, links_);
        break;
    }
  }
  pushed_.add(pushes->size());
  delivery.push(std::move(pushes));
}

void DispatchRole::deliver_late(std::span<const Readable> messages) {
  NodeLinks::Delivery delivery(links_);
  auto pushes = std::make_shared<Pushes>();
  std::string scratch;
  for (const auto& [message, readers] : messages) push_group(*pushes, *message, readers, scratch, links_);
  pushed_.add(pushes->size());
  delivery.push(std::move(pushes));
}

}  // namespace godwit::dispatch

#include "dispatch/dispatch_role.hpp"
#include "domain/rules.hpp"
#include "wire/frame.hpp"

namespace godwit::dispatch {

using net::SharedFrame;

Task<void> DispatchRole::announce_read(Identity who, Conversation conversation, Seq seq) {
  auto batch = std::make_shared<std::vector<link::Push>>();
  batch->push_back({.user = who.user,
                    .frame = SharedFrame::text(wire::read_frame(who.user, who.user, conversation, seq)),
                    .skip_user = who.user,
                    .skip_device = who.device});
  if (conversation.kind() == Conversation::Kind::direct) {
    const auto peer = conversation.peer_of(who.user);
    if (co_await friend_message_.address(who.user, peer.str())) {
      batch->push_back({.user = peer, .frame = SharedFrame::text(wire::read_frame(who.user, peer, conversation, seq))});
    }
  }
  links_.push(std::move(batch));
}

Task<void> DispatchRole::announce_typing(Identity who, Conversation conversation) {
  auto batch = std::make_shared<std::vector<link::Push>>();
  if (conversation.kind() == Conversation::Kind::direct) {
    const auto peer = conversation.peer_of(who.user);
    const auto addressed = co_await friend_message_.address(who.user, peer.str());
    if (!addressed) co_return;
    batch->push_back({.user = peer, .frame = SharedFrame::text(wire::typing_frame(who.user, peer, conversation))});
  } else if (conversation.kind() == Conversation::Kind::group) {
    const auto addressed = co_await group_message_.address(who.user, conversation.group().str());
    if (!addressed) co_return;
    batch->push_back({.users = addressed->members,
                      .frame = SharedFrame::text(wire::typing_frame(who.user, {}, conversation)),
                      .skip_user = who.user});
  } else {
    co_return;
  }
  links_.push(std::move(batch));
}

}  // namespace godwit::dispatch

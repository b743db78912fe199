#include "rpc/dispatch_client.hpp"

#include "godwit/dispatch/v1/dispatch.pb.h"
#include "rpc/dispatch_values.hpp"

namespace godwit::rpc {

Task<Result<dispatch::Published>> DispatchClient::publish(Message frame, std::string once) {
  dispatch::v1::PublishRequest request;
  write(frame, *request.mutable_frame());
  request.set_once(once);
  CO_TRY(const auto reply, co_await caller_.call<dispatch::v1::Published>(dispatchers::kPublish, request));
  co_return answered(read_published(reply));
}

Task<void> DispatchClient::announce_read(Identity who, Conversation conversation, Seq seq) {
  dispatch::v1::AnnounceReadRequest request;
  write(who, *request.mutable_who());
  request.set_conversation(conversation.name());
  request.set_seq(seq);
  (void)co_await caller_.call<dispatch::v1::AnnounceReply>(dispatchers::kAnnounceRead, request);
}

Task<void> DispatchClient::announce_typing(Identity who, Conversation conversation) {
  dispatch::v1::AnnounceTypingRequest request;
  write(who, *request.mutable_who());
  request.set_conversation(conversation.name());
  (void)co_await caller_.call<dispatch::v1::AnnounceReply>(dispatchers::kAnnounceTyping, request);
}

}  // namespace godwit::rpc

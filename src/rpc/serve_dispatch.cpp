#include "godwit/dispatch/v1/dispatch.pb.h"
#include "rpc/dispatch_values.hpp"
#include "rpc/serve.hpp"

namespace godwit::rpc {
namespace {

using dispatch::v1::AnnounceReadRequest;
using dispatch::v1::AnnounceReply;
using dispatch::v1::AnnounceTypingRequest;
using dispatch::v1::PublishRequest;

Task<Result<dispatch::v1::Published>> publish(dispatch::Service& dispatch, const PublishRequest& request) {
  if (request.once().empty()) co_return not_valid("once");
  CO_TRY(auto frame, read(request.frame()));
  CO_TRY(const auto published, co_await dispatch.publish(std::move(frame), request.once()));
  dispatch::v1::Published reply;
  write(published, reply);
  co_return reply;
}

Task<Result<AnnounceReply>> announce_read(dispatch::Service& dispatch, const AnnounceReadRequest& request) {
  CO_TRY(auto who, read(request.who()));
  CO_TRY(auto conversation, read_conversation(request.conversation()));
  co_await dispatch.announce_read(std::move(who), std::move(conversation), request.seq());
  co_return AnnounceReply();
}

Task<Result<AnnounceReply>> announce_typing(dispatch::Service& dispatch, const AnnounceTypingRequest& request) {
  CO_TRY(auto who, read(request.who()));
  CO_TRY(auto conversation, read_conversation(request.conversation()));
  co_await dispatch.announce_typing(std::move(who), std::move(conversation));
  co_return AnnounceReply();
}

}  // namespace

void serve_dispatch(Services& services, dispatch::Service& dispatch) {
  services.add(dispatchers::kPublish, dispatch, &publish);
  services.add(dispatchers::kAnnounceRead, dispatch, &announce_read);
  services.add(dispatchers::kAnnounceTyping, dispatch, &announce_typing);
}

}  // namespace godwit::rpc

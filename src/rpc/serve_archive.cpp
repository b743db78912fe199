#include "godwit/archive/v1/archive.pb.h"
#include "rpc/domain_values.hpp"
#include "rpc/serve.hpp"

namespace godwit::rpc {
namespace {

using archive::v1::CountChatReply;
using archive::v1::CountChatRequest;
using archive::v1::FindReply;
using archive::v1::FindRequest;
using archive::v1::LastUpToReply;
using archive::v1::LastUpToRequest;

Task<Result<FindReply>> find(archive::Service& archive, const FindRequest& request) {
  CO_TRY(const auto message, co_await archive.find(MessageId(request.id())));
  FindReply reply;
  write(*message, *reply.mutable_message());
  co_return reply;
}

Task<Result<LastUpToReply>> last_up_to(archive::Service& archive, const LastUpToRequest& request) {
  CO_TRY(const auto conversation, read_conversation(request.conversation()));
  CO_TRY(const auto message, co_await archive.last_up_to(conversation, request.seq()));
  LastUpToReply reply;
  if (message != nullptr) write(*message, *reply.mutable_message());
  co_return reply;
}

Task<Result<CountChatReply>> count_chat(archive::Service& archive, const CountChatRequest& request) {
  CO_TRY(const auto conversation, read_conversation(request.conversation()));
  const UserKey user(request.user());
  CO_TRY(const auto count, co_await archive.count_chat(conversation, user, request.after(), request.up_to()));
  CountChatReply reply;
  reply.set_count(count);
  co_return reply;
}

}  // namespace

void serve_archive(Services& services, archive::Service& archive) {
  services.add(archives::kFind, archive, &find);
  services.add(archives::kLastUpTo, archive, &last_up_to);
  services.add(archives::kCountChat, archive, &count_chat);
}

}  // namespace godwit::rpc

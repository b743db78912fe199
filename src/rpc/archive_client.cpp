#include "rpc/archive_client.hpp"

#include "base/utf8.hpp"
#include "godwit/archive/v1/archive.pb.h"
#include "rpc/domain_values.hpp"

namespace godwit::rpc {

Task<Result<MessagePtr>> ArchiveClient::find(const MessageId& id) {
  if (!is_utf8(id.str())) co_return fail(Code::not_found);  // a client may ask for anything
  archive::v1::FindRequest request;
  request.set_id(id.str());
  CO_TRY(const auto reply, co_await caller_.call<archive::v1::FindReply>(archives::kFind, request));
  co_return answered(read_shared(reply.message()));
}

Task<Result<MessagePtr>> ArchiveClient::last_up_to(const Conversation& conversation, Seq seq) {
  archive::v1::LastUpToRequest request;
  request.set_conversation(conversation.name());
  request.set_seq(seq);
  CO_TRY(const auto reply, co_await caller_.call<archive::v1::LastUpToReply>(archives::kLastUpTo, request));
  if (!reply.has_message()) co_return MessagePtr();
  co_return answered(read_shared(reply.message()));
}

Task<Result<std::uint64_t>> ArchiveClient::count_chat(const Conversation& conversation, const UserKey& user, Seq after,
                                                      Seq up_to) {
  archive::v1::CountChatRequest request;
  request.set_conversation(conversation.name());
  request.set_user(user.str());
  request.set_after(after);
  request.set_up_to(up_to);
  CO_TRY(const auto reply, co_await caller_.call<archive::v1::CountChatReply>(archives::kCountChat, request));
  co_return reply.count();
}

}  // namespace godwit::rpc

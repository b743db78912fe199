#pragma once
#include "rpc/caller.hpp"
#include "service/archive.hpp"

namespace godwit::rpc {

/// The archive, elsewhere. Besides the contract's errors any call may be `unavailable`.
class ArchiveClient final : public archive::Service {
 public:
  explicit ArchiveClient(Caller& caller) : caller_(caller) {}

  Task<Result<MessagePtr>> find(const MessageId& id) override;
  Task<Result<MessagePtr>> last_up_to(const Conversation& conversation, Seq seq) override;
  Task<Result<std::uint64_t>> count_chat(const Conversation& conversation, const UserKey& user, Seq after,
                                         Seq up_to) override;

 private:
  Caller& caller_;
};

}  // namespace godwit::rpc

#pragma once
#include "rpc/caller.hpp"
#include "service/offline.hpp"

namespace godwit::rpc {

/// The offline role, elsewhere. Besides the contract's errors any call may be `unavailable`.
class OfflineClient final : public offline::Service {
 public:
  explicit OfflineClient(Caller& caller) : caller_(caller) {}

  Task<Result<void>> adopt_device(const UserKey& user, const DeviceId& device) override;
  Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) override;
  Task<Result<void>> acknowledge(std::vector<offline::Acknowledged> devices) override;
  Task<Result<ReadRanges>> ranges(const UserKey& user, const Conversation& conversation) override;
  Task<Result<offline::OpenReaders>> readers(const Conversation& conversation) override;
  Task<Result<std::vector<MessagePtr>>> tail(const Conversation& conversation, Seq after, Seq before, std::size_t limit,
                                             bool newest) override;

 private:
  Caller& caller_;
};

}  // namespace godwit::rpc

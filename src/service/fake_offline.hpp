#pragma once
#include "service/offline.hpp"

namespace godwit::offline {

/// The offline role in tests of other roles: keeps nothing. A test overrides what it asks.
class FakeOffline : public Service {
 public:
  Task<Result<void>> adopt_device(const UserKey&, const DeviceId&) override { co_return Result<void>(); }
  Task<Result<bool>> knows_device(const UserKey&, const DeviceId&) override { co_return false; }
  Task<Result<void>> acknowledge(std::vector<Acknowledged>) override { co_return Result<void>(); }
  Task<Result<ReadRanges>> ranges(const UserKey&, const Conversation&) override { co_return ReadRanges(); }
  Task<Result<OpenReaders>> readers(const Conversation&) override { co_return OpenReaders(); }
  Task<Result<std::vector<MessagePtr>>> tail(const Conversation&, Seq, Seq, std::size_t, bool) override {
    co_return std::vector<MessagePtr>();
  }
};

}  // namespace godwit::offline

#pragma once
#include "service/archive.hpp"

namespace godwit::archive {

/// The archive role in tests of other roles: has nothing. A test overrides what it asks.
class FakeArchive : public Service {
 public:
  Task<Result<MessagePtr>> find(const MessageId&) override { co_return fail(Code::not_found); }
  Task<Result<MessagePtr>> last_up_to(const Conversation&, Seq) override { co_return MessagePtr(); }
  Task<Result<std::uint64_t>> count_chat(const Conversation&, const UserKey&, Seq, Seq) override {
    co_return std::uint64_t{0};
  }
};

}  // namespace godwit::archive

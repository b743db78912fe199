#pragma once
#include "service/dispatch.hpp"

namespace godwit::dispatch {

/// The dispatch role in tests of other roles: publishes nothing. A test overrides what it asks.
class FakeDispatch : public Service {
 public:
  Task<Result<Published>> publish(Message, std::string) override { co_return fail(Code::internal); }
  Task<void> announce_read(Identity, Conversation, Seq) override { co_return; }
  Task<void> announce_typing(Identity, Conversation) override { co_return; }
};

}  // namespace godwit::dispatch

#pragma once
#include "rpc/caller.hpp"
#include "service/dispatch.hpp"

namespace godwit::rpc {

/// The dispatch role, elsewhere. What is announced while it cannot be reached is lost, as it is never stored anyway.
class DispatchClient final : public dispatch::Service {
 public:
  explicit DispatchClient(Caller& caller) : caller_(caller) {}

  Task<Result<dispatch::Published>> publish(Message frame, std::string once) override;
  Task<void> announce_read(Identity who, Conversation conversation, Seq seq) override;
  Task<void> announce_typing(Identity who, Conversation conversation) override;

 private:
  Caller& caller_;
};

}  // namespace godwit::rpc

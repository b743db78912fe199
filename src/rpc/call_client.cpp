#include "rpc/call_client.hpp"

#include "rpc/domain_values.hpp"
#include "rpc/gateway_values.hpp"

namespace godwit::rpc {

Task<gateway::Answer> CallClient::call(std::size_t route, gateway::Call& call) {
  const auto& spec = routes_[route];
  gateway::v1::ForwardRequest request;
  write(spec, call, request);
  if (heard_ != nullptr) write(heard_->so_far(), *request.mutable_as_of());
  const auto& method = spec.method == "GET" ? calls::kForwardRead : calls::kForward;
  CO_TRY(const auto reply, co_await caller_.call<gateway::v1::ForwardReply>(method, request));
  if (heard_ != nullptr && spec.method != "GET") (void)co_await heard_->wait_for(read(reply.as_of()));
  co_return answered(read(reply));
}

}  // namespace godwit::rpc

#include "rpc/call_client.hpp"

#include "rpc/gateway_values.hpp"

namespace godwit::rpc {

Task<gateway::Answer> CallClient::call(std::size_t route, gateway::Call& call) {
  const auto& spec = routes_[route];
  gateway::v1::ForwardRequest request;
  write(spec, call, request);
  const auto& method = spec.method == "GET" ? calls::kForwardRead : calls::kForward;
  CO_TRY(const auto reply, co_await caller_.call<gateway::v1::ForwardReply>(method, request));
  co_return answered(read(reply));
}

}  // namespace godwit::rpc

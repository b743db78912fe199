#pragma once
#include <span>

#include "rpc/caller.hpp"
#include "service/gateway.hpp"

namespace godwit::rpc {

/// A role's calls, answered elsewhere. Routes go by method and pattern, so two versions of the house agree on those
/// that both know. GET is tried a second time where it broke off, nothing else is: the client decides.
class CallClient final : public gateway::RoleClient {
 public:
  /// `routes`: of routes.hpp; they and the caller outlive the client.
  CallClient(std::span<const gateway::RouteSpec> routes, Caller& caller) : routes_(routes), caller_(caller) {}

  [[nodiscard]] std::span<const gateway::RouteSpec> routes() const override { return routes_; }
  Task<gateway::Answer> call(std::size_t route, gateway::Call& call) override;

 private:
  const std::span<const gateway::RouteSpec> routes_;
  Caller& caller_;
};

}  // namespace godwit::rpc

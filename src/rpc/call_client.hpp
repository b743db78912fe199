#pragma once
#include <span>

#include "rpc/caller.hpp"
#include "rpc/heard.hpp"
#include "service/gateway.hpp"

namespace godwit::rpc {

/// A role's calls, answered elsewhere. Routes go by method and pattern, so two versions of the house agree on those
/// that both know. GET is tried a second time where it broke off, nothing else is: the client decides.
class CallClient final : public gateway::RoleClient {
 public:
  /// `routes`: of routes.hpp; they and the caller outlive the client.
  CallClient(std::span<const gateway::RouteSpec> routes, Caller& caller) : routes_(routes), caller_(caller) {}

  /// From now on the role has heard of whatever this process has when it answers, and the other way round, where a call
  /// changes something. Before the first call; `heard` outlives the client.
  void follow(const Heard& heard) { heard_ = &heard; }

  [[nodiscard]] std::span<const gateway::RouteSpec> routes() const override { return routes_; }
  Task<gateway::Answer> call(std::size_t route, gateway::Call& call) override;

 private:
  const std::span<const gateway::RouteSpec> routes_;
  Caller& caller_;
  const Heard* heard_ = nullptr;
};

}  // namespace godwit::rpc

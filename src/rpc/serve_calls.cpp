#include "rpc/domain_values.hpp"
#include "rpc/gateway_values.hpp"
#include "rpc/serve.hpp"

namespace godwit::rpc {
namespace {

using gateway::v1::ForwardReply;
using gateway::v1::ForwardRequest;

Task<Result<ForwardReply>> forward(RoleCalls& calls, const ForwardRequest& request) {
  const auto place = calls.find(request.method(), request.pattern());
  if (place.role == nullptr) co_return fail(Code::unavailable, "this process does not answer such calls");
  CO_TRY(auto call, read(request, place.role->routes()[place.route]));
  if (calls.heard() != nullptr) (void)co_await calls.heard()->wait_for(read(request.as_of()));
  CO_TRY(const auto answer, co_await place.role->call(place.route, call));
  ForwardReply reply;
  write(answer, reply);
  if (calls.heard() != nullptr) write(calls.heard()->so_far(), *reply.mutable_as_of());
  co_return reply;
}

}  // namespace

RoleCalls::Place RoleCalls::find(std::string_view method, std::string_view pattern) const {
  for (auto* role : roles_) {
    const auto routes = role->routes();
    for (std::size_t i = 0; i < routes.size(); ++i)
      if (routes[i].method == method && routes[i].pattern == pattern) return {.role = role, .route = i};
  }
  return {};
}

void serve_calls(Services& services, RoleCalls& calls) { services.add(calls::kForward, calls, &forward); }

}  // namespace godwit::rpc

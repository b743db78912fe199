#pragma once
#include "service/gateway.hpp"

/// For tests of roles: makes a call as the gateway does once it has let it in.
namespace godwit::gateway {

/// not_found: no such call is declared.
inline Answer make_call(RoleClient& role, std::string_view method, std::string_view pattern, Call call) {
  const auto routes = role.routes();
  for (std::size_t i = 0; i < routes.size(); ++i) {
    if (routes[i].method == method && routes[i].pattern == pattern) return sync_wait(role.call(i, call));
  }
  return fail(Code::not_found, "no such route: " + std::string(method) + " " + std::string(pattern));
}

}  // namespace godwit::gateway

#include "gateway/problem_answer.hpp"

#include "wire/reply.hpp"

namespace godwit::gateway {

net::Response problem_answer(const Error& error, std::string_view trace) {
  const bool internal = error.code == Code::internal;
  auto response = net::Response::of(wire::problem(internal ? Error{.code = Code::internal} : error, trace));
  if (error.code == Code::method_not_allowed) response.headers.push_back({"allow", error.detail});
  if (error.code == Code::unsupported_content_encoding) response.headers.push_back({"accept-encoding", "identity"});
  if (response.status == 401) response.headers.push_back({"www-authenticate", "Bearer"});
  if (error.code == Code::upgrade_required) {
    response.headers.push_back({"upgrade", "websocket"});
    response.headers.push_back({"sec-websocket-version", "13"});
  }
  return response;
}

}  // namespace godwit::gateway

#pragma once
#include "godwit/gateway/v1/gateway.pb.h"
#include "rpc/domain_values.hpp"
#include "service/gateway.hpp"

/// A client's call and its answer, to the wire and back; see domain_values.hpp.
namespace godwit::rpc {

void write(const gateway::RouteSpec& route, const gateway::Call& call, gateway::v1::ForwardRequest& to);
void write(const net::Reply& from, gateway::v1::ForwardReply& to);

/// `route`: the one that the request names. As many params as it has, and somebody where it wants somebody.
[[nodiscard]] Result<gateway::Call> read(const gateway::v1::ForwardRequest& from, const gateway::RouteSpec& route);
[[nodiscard]] Result<net::Reply> read(const gateway::v1::ForwardReply& from);

}  // namespace godwit::rpc

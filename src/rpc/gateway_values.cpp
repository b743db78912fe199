#include "rpc/gateway_values.hpp"

#include <algorithm>

namespace godwit::rpc {

void write(const gateway::RouteSpec& route, const gateway::Call& call, gateway::v1::ForwardRequest& to) {
  to.set_method(std::string(route.method));
  to.set_pattern(std::string(route.pattern));
  if (!call.who.user.empty()) write(call.who, *to.mutable_who());
  to.set_service(call.service);
  for (const auto& param : call.params) to.add_params(param);
  to.set_query(call.query);
  to.set_body(call.body);
  to.set_peer(call.peer);
}

Result<gateway::Call> read(const gateway::v1::ForwardRequest& from, const gateway::RouteSpec& route) {
  if (from.params_size() != std::ranges::count(route.pattern, '{')) return not_valid("params");
  const bool personal = route.access == gateway::Access::session || route.access == gateway::Access::admin;
  if (personal && !from.has_who()) return not_valid("who");
  if (route.access == gateway::Access::service_key && from.service().empty()) return not_valid("service");
  gateway::Call call{.service = from.service(),
                     .params = {from.params().begin(), from.params().end()},
                     .query = from.query(),
                     .body = from.body(),
                     .peer = from.peer()};
  if (from.has_who()) {
    TRY(call.who, read(from.who()));
  }
  return call;
}

void write(const net::Reply& from, gateway::v1::ForwardReply& to) {
  to.set_status(static_cast<std::uint32_t>(from.status));
  to.set_content_type(from.content_type);
  to.set_body(from.body);
  for (const auto& header : from.headers) {
    auto& one = *to.add_headers();
    one.set_name(header.name);
    one.set_value(header.value);
  }
}

// What goes into an HTTP head is looked at: nothing may begin a line of its own there.
Result<net::Reply> read(const gateway::v1::ForwardReply& from) {
  const auto breaks = [](const std::string& text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos;
  };
  if (from.status() < 200 || from.status() > 599 || breaks(from.content_type())) return not_valid("reply.status");
  net::Reply reply{.status = static_cast<int>(from.status()), .content_type = from.content_type(), .body = from.body()};
  for (const auto& header : from.headers()) {
    if (header.name().empty() || breaks(header.name()) || breaks(header.value())) return not_valid("reply.headers");
    reply.headers.push_back({.name = header.name(), .value = header.value()});
  }
  return reply;
}

}  // namespace godwit::rpc

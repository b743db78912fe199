#include "app/server/admin_door.hpp"

#include <algorithm>

#include "domain/text.hpp"
#include "gateway/gateway_role.hpp"

namespace godwit::app {
namespace {

/// "localhost:8081" → "localhost"; brackets stay.
std::string_view without_port(std::string_view authority) {
  const auto end = authority.starts_with('[') ? authority.find(']') : authority.find(':') - 1;
  return authority.substr(0, end + 1);
}

bool is_wildcard(const Address& listen) { return listen.host == "0.0.0.0" || listen.host == "::"; }

/// Numbers cannot be pointed elsewhere; of names only `localhost` cannot.
bool is_own_name(std::string_view authority, const Address& listen) {
  const auto named = parse_address(lower(without_port(authority)) + ":0");
  return named && (named->loopback() || named->host == listen.host || is_wildcard(listen));
}

}  // namespace

Result<void> check_no_page(const net::Request& request, const Address& listen, Errand errand) {
  const auto host = request.header("host");
  // Away from loopback monitors come by names of their own, and the administration is behind `admin.key`, too.
  const bool any_name = errand == Errand::figures && !listen.loopback();
  if (!host.empty() && !any_name && !is_own_name(host, listen)) {
    return fail(Code::misdirected_request,
                "Host must be a loopback address, localhost, or the address that admin.listen names");
  }
  if (std::ranges::any_of(request.headers, [](const net::Header& header) { return header.name == "origin"; }))
    return fail(Code::origin_not_allowed, "no page of a browser may ask here");
  if (!request.has_body) return {};
  return gateway::GatewayRole::check_body(request, gateway::Body::required);
}

}  // namespace godwit::app

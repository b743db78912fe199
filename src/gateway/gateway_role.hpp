#pragma once
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/log_rate.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "gateway/hand_over.hpp"
#include "gateway/page.hpp"
#include "gateway/rate_limiter.hpp"
#include "gateway/route_table.hpp"
#include "gateway/token_cache.hpp"
#include "net/connection_gate.hpp"
#include "service/ended_sessions.hpp"
#include "service/user.hpp"

namespace godwit::gateway {

struct Settings {
  std::vector<std::string> origins;  ///< beside the server's own
  bool limits = true;
  double requests_per_user = 50, requests_per_address = 200, sends_per_user = 20;  ///< a second; bursts of twice that
  double connects_per_user = 1;  ///< sockets opened a second; bursts of thirty times that
  double registrations_per_address = 30;                                           ///< a minute, in bursts of as many
  net::ConnectionGate::Settings gate{};
  std::span<const PageFile> page{};  ///< outlives the role
};

/// The gateway role (网关): the one door. Names the route, proves who calls, limits, lets the role answer, and hands
/// sockets to the node. Stateless but for caches; `handle` runs on the connection's loop.
class GatewayRole {
 public:
  struct Peers {
    user::Service& users;
    changes::ChangeFeed& feed;
    HandOver& sockets;
  };
  /// `loops`: how many there are; each has a token cache of its own.
  GatewayRole(std::size_t loops, Peers peers, Settings settings, const Clock& clock, Random& random, Log& log,
              Metrics& metrics);

  /// The calls of a role; before the first request.
  void add(Routes routes) { table_.add(std::move(routes)); }

  Task<net::Response> handle(net::Request& request);
  /// Whether the body that is still to come is wanted: 100, or the refusal.
  Task<net::Response> check_head(net::Request& request);
  /// The answer to what never became a request.
  [[nodiscard]] net::Response refuse(const Error& error);
  [[nodiscard]] net::ConnectionGate& gate() noexcept { return gate_; }
  [[nodiscard]] const RouteTable& table() const noexcept { return table_; }
  /// Size, media type and UTF-8 of a body: what holds before a handler reads it.
  [[nodiscard]] static Result<void> check_body(const net::Request& request, const Route& route);

 private:
  Task<Answer> answer(Call& call);
  /// All that can be said by a request's head, in the order of the protocol; not_found: what is no call.
  Task<Result<const Route*>> admit(Call& call);
  [[nodiscard]] bool is_known(Call& call, const Route& route);
  Task<Result<void>> authenticate(Call& call, const Route& route);
  [[nodiscard]] Result<void> check_address(const std::string& peer);
  [[nodiscard]] Result<void> check_limits(const Call& call, const Route& route);
  /// Behind the limits: it costs a read of the accounts.
  Task<Result<void>> check_admin(const UserKey& user);
  [[nodiscard]] static Result<void> check_text(const net::Request& request, const Route& route);
  [[nodiscard]] Answer refusal_or_page(const Call& call, const Error& error);
  [[nodiscard]] static Result<void> check_media(const net::Request& request, const Route& route);
  /// GET /v1/socket: proves the token, upgrades, hands the socket over.
  Task<Answer> open_socket(Call& call);
  [[nodiscard]] bool origin_allowed(const net::Request& request) const;
  void log_refused_origin(const net::Request& request);
  void log_failure(const Call& call, const Error& error, std::string_view trace);
  /// When the second of a rated line is over: how many more there were of `name`.
  void log_rest_later(std::string_view event, std::string_view name);
  net::Response finish(const Call& call, Answer answer);
  net::Response finish_error(const Call& call, const Error& error);

  Peers peers_;
  changes::EndedSessions ended_;
  Settings settings_;
  const Clock& clock_;
  Random& random_;
  Log& log_;
  LogRate log_rate_;
  RouteTable table_;
  Page page_;
  net::ConnectionGate gate_;
  RateLimiter user_calls_, user_sends_, user_connects_;
  AddressLimiter address_calls_, registrations_;
  std::vector<std::unique_ptr<TokenCache>> tokens_;
  Counter& requests_;
  Counter& failures_;
  Counter& refused_;
  std::array<Counter*, static_cast<std::size_t>(Code::unavailable) + 1> problems_{};  ///< by code
  Histogram& took_;
};

}  // namespace godwit::gateway

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
#include "gateway/socket_offers.hpp"
#include "gateway/token_cache.hpp"
#include "gateway/upgrade.hpp"
#include "net/http/connection_gate.hpp"
#include "service/call_table.hpp"
#include "service/ended_sessions.hpp"
#include "service/user.hpp"

namespace godwit::gateway {

struct Settings {
  std::vector<std::string> origins;  ///< beside the server's own
  bool limits = true;
  double requests_per_user = 50, requests_per_address = 200, sends_per_user = 20;  ///< a second; bursts of twice that
  double connects_per_user = 1;                     ///< sockets opened a second; bursts of thirty times that
  std::size_t openings = kOpenings;                 ///< sockets that are about to stand
  std::size_t openings_waiting = kOpeningsWaiting;  ///< sockets that wait to begin
  net::ConnectionGate::Settings gate{};
  std::span<const PageFile> page{};  ///< outlives the role
  std::string node_origins{};        ///< where the page may open sockets besides: "wss://one.example wss://two.example"
};

/// The gateway role (网关): the one door. Names the route, proves who calls, limits, lets the role answer, and hands
/// sockets to the node. Stateless but for caches; `handle` runs on the connection's loop.
class GatewayRole {
 public:
  struct Peers {
    user::Service& users;
    changes::ChangeFeed& feed;
    HandOver& sockets;
    SocketOffers* offers = nullptr;  ///< null: sockets come to this gateway
  };
  /// `loops`: how many there are; each has a token cache of its own.
  GatewayRole(std::size_t loops, Peers peers, Settings settings, const Clock& clock, Random& random, Log& log,
              Metrics& metrics);

  /// The calls of a role; before the first request.
  void add(RoleClient& role) { table_.add(role); }
  /// GET `path` upgrades for anybody, and the socket goes to `sockets` as nobody's; before the first request.
  void add_open_socket(std::string_view path, HandOver& sockets);

  Task<net::Response> handle(net::Request& request);
  /// Whether the body that is still to come is wanted: 100, or the refusal.
  Task<net::Response> check_head(net::Request& request);
  /// The answer to what never became a request.
  [[nodiscard]] net::Response refuse(const Error& error);
  [[nodiscard]] net::ConnectionGate& gate() noexcept { return gate_; }
  [[nodiscard]] const RouteTable& table() const noexcept { return table_; }
  /// Size, media type and UTF-8 of a body: what holds before a handler reads it.
  [[nodiscard]] static Result<void> check_body(const net::Request& request, Body body);

 private:
  using Response = Result<net::Response>;
  /// A request on its way through the door, and the call that becomes of it.
  struct Passage {
    net::Request& http;
    Call call{};
    std::string_view pattern{};  ///< of its route, for the log: a path may hold what is nobody's business
  };
  Task<Response> answer(Passage& passage);
  Task<Response> ask(const Route& route, Passage& passage);
  /// All that can be said by a request's head, in the order of the protocol; not_found: what is no call.
  Task<Result<const Route*>> admit(Passage& passage);
  [[nodiscard]] bool is_known(Passage& passage, const RouteSpec& route);
  Task<Result<void>> authenticate(Passage& passage, const RouteSpec& route);
  [[nodiscard]] Result<void> check_address(const std::string& peer);
  [[nodiscard]] Result<void> check_limits(const Passage& passage, const RouteSpec& route);
  /// Behind the limits: it costs a read of the accounts.
  Task<Result<void>> check_admin(const UserKey& user);
  [[nodiscard]] static Result<void> check_text(const net::Request& request, Body body);
  [[nodiscard]] Response refusal_or_page(const Passage& passage, const Error& error);
  [[nodiscard]] static Result<void> check_media(const net::Request& request, Body body);
  /// Proves the token, upgrades, hands the socket over.
  Task<Response> open_socket(net::Request& request, HandOver& sockets);
  [[nodiscard]] static Response open_plain_socket(const net::Request& request, HandOver& sockets);
  /// Says where to open a socket past the gateway.
  Task<Response> offer_socket(Passage& passage);
  [[nodiscard]] Result<void> check_origin(const net::Request& request);
  void log_failure(const Passage& passage, const Error& error, std::string_view trace);
  /// When the second of a rated line is over: how many more there were of `name`.
  void log_rest_later(std::string_view event, std::string_view name);
  net::Response finish(const Passage& passage, Response answer);
  net::Response finish_error(const Passage& passage, const Error& error);

  Peers peers_;
  changes::EndedSessions ended_;
  Settings settings_;
  const Clock& clock_;
  Random& random_;
  Log& log_;
  LogRate log_rate_;
  CallTable<GatewayRole> own_;
  RouteTable table_;
  Page page_;
  net::ConnectionGate gate_;
  RateLimiter user_calls_, user_sends_, user_connects_;
  Slots openings_;
  AddressLimiter address_calls_;
  std::vector<std::unique_ptr<TokenCache>> tokens_;
  Counter& requests_;
  Counter& failures_;
  Counter& refused_;
  std::array<Counter*, static_cast<std::size_t>(Code::unavailable) + 1> problems_{};  ///< by code
  Histogram& took_;
};

}  // namespace godwit::gateway

#pragma once
#include <deque>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/log.hpp"
#include "base/log_rate.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "gateway/hand_over.hpp"
#include "gateway/rate_limiter.hpp"
#include "gateway/ticket.hpp"
#include "gateway/upgrade.hpp"
#include "net/http/connection_gate.hpp"

namespace godwit::gateway {

/// Tickets that came, each until it expires. Bounded. Thread-safe.
class UsedTickets {
 public:
  static constexpr std::size_t kMost = 65'536;
  explicit UsedTickets(std::size_t most = kMost) : most_(most) {}

  /// unauthenticated: it came before; unavailable: as many as can be remembered came, and have not expired.
  [[nodiscard]] Result<void> take(const Ticket& ticket, Millis now);

 private:
  const std::size_t most_;
  std::mutex mutex_;
  std::unordered_set<std::string> numbers_;
  std::deque<std::pair<Millis, std::string>> by_expiry_;  ///< nearly so: a lifetime may have been changed
};

/// The door of a node for clients who come past the gateway: GET /v1/socket with a ticket in the token's place, and
/// /healthz. A ticket is good once, at this node, for the session that it names as long as that lives. Calls run on
/// their connection's loop.
class TicketDoor {
 public:
  struct Settings {
    std::string node;    ///< this one's name
    std::string secret;  ///< of the house
    std::vector<std::string> origins{};
    double bad_tickets_per_address = 0;  ///< a second; bursts of twice that; 0: any number
    net::ConnectionGate::Settings gate{};
  };
  /// `users`, `sockets` outlive it.
  TicketDoor(user::Service& users, HandOver& sockets, Settings settings, const Clock& clock, Random& random, Log& log,
             Metrics& metrics);

  Task<net::Response> handle(net::Request& request);
  /// The answer to what never became a request.
  [[nodiscard]] net::Response refuse(const Error& error);
  [[nodiscard]] net::ConnectionGate& gate() noexcept { return gate_; }

 private:
  Task<Result<net::Response>> answer(net::Request& request);
  Task<Result<net::Response>> open(net::Request& request);
  [[nodiscard]] Result<Ticket> take_ticket(const std::string& text, const net::Request& request);
  [[nodiscard]] Result<void> check_origin(const net::Request& request, const Ticket& ticket);

  user::Service& users_;
  HandOver& sockets_;
  const Settings settings_;
  const TicketSigner signer_;
  const Clock& clock_;
  Random& random_;
  Log& log_;
  LogRate log_rate_;
  const Millis since_;  ///< what was given earlier may have been used in an earlier life of the node
  UsedTickets used_;
  AddressLimiter bad_tickets_;
  net::ConnectionGate gate_;
  Slots openings_{kOpenings, kOpeningsWaiting};
  Counter& refused_;
};

}  // namespace godwit::gateway

#include "gateway/ticket_door.hpp"

#include "gateway/origin.hpp"
#include "gateway/problem_answer.hpp"
#include "gateway/upgrade.hpp"
#include "wire/reply.hpp"

namespace godwit::gateway {
namespace {

constexpr std::size_t kTraceDigits = 32;

}  // namespace

Result<void> UsedTickets::take(const Ticket& ticket, Millis now) {
  const std::lock_guard guard(mutex_);
  for (; !by_expiry_.empty() && by_expiry_.front().first <= now; by_expiry_.pop_front())
    numbers_.erase(by_expiry_.front().second);
  if (numbers_.contains(ticket.number)) return fail(Code::unauthenticated, "the ticket was used");
  if (numbers_.size() >= most_) return fail(Code::unavailable, "too many sockets open at once");
  numbers_.insert(ticket.number);
  by_expiry_.emplace_back(ticket.expires_at, ticket.number);
  return {};
}

TicketDoor::TicketDoor(user::Service& users, HandOver& sockets, Settings settings, const Clock& clock, Random& random,
                       Log& log, Metrics& metrics)
    : users_(users),
      sockets_(sockets),
      settings_(std::move(settings)),
      signer_(settings_.secret),
      clock_(clock),
      random_(random),
      log_(log),
      log_rate_(clock),
      since_(clock.now()),
      bad_tickets_(clock, {settings_.bad_tickets_per_address, 2 * settings_.bad_tickets_per_address}),
      gate_(settings_.gate),
      refused_(
          metrics.counter("godwit_tickets_refused_total", "Tickets for sockets at this node that were not good.")) {}

Task<net::Response> TicketDoor::handle(net::Request& request) {
  auto answered = co_await answer(request);
  if (answered) co_return *std::move(answered);
  const auto& error = answered.error();
  const auto trace = random_.hex(kTraceDigits);
  if (info(error.code).status >= 500) {
    const auto verdict = log_rate_.count("socket_failed");
    if (verdict.write)
      log_.warn(
          "socket_failed",
          {{"trace", trace}, {"code", info(error.code).name}, {"detail", error.detail}, {"count", verdict.count}});
  }
  co_return problem_answer(error, trace);
}

net::Response TicketDoor::refuse(const Error& error) { return problem_answer(error, random_.hex(kTraceDigits)); }

Task<Result<net::Response>> TicketDoor::answer(net::Request& request) {
  const bool health = request.path == "/healthz";
  if (!health && request.path != "/v1/socket") co_return fail(Code::not_found, "this is a node: sockets only");
  if (request.method != "GET" && !(health && request.method == "HEAD"))
    co_return fail(Code::method_not_allowed, health ? "GET, HEAD" : "GET");
  if (health) co_return net::Response::of(wire::reply(200, R"({"status":"ok"})"));
  co_return co_await open(request);
}

Task<Result<net::Response>> TicketDoor::open(net::Request& request) {
  if (!net::wants_websocket(request)) co_return fail(Code::upgrade_required);
  CO_TRY(const auto handshake, net::websocket_handshake(request));
  CO_TRY(auto ticket, take_ticket(take_bearer(request, handshake), request));
  CO_CHECK(sockets_.ready());
  CO_TRY(auto opening, co_await openings_.take());
  // What ended the session since the ticket was given is seen here; what ends it from now on, by the node.
  CO_TRY(auto proven, co_await users_.prove_again(std::move(ticket.who)));
  co_return upgrade(handshake, sockets_, std::move(proven), std::move(opening));
}

/// Good for this socket, and used up by it. Guessing costs the address.
Result<Ticket> TicketDoor::take_ticket(const std::string& text, const net::Request& request) {
  const auto now = clock_.now();
  auto ticket = text.empty() ? fail(Code::unauthenticated) : signer_.verify(text, settings_.node, now);
  if (ticket && ticket->issued_at < since_) ticket = fail(Code::unauthenticated, "the ticket is older than the node");
  if (ticket) {
    CHECK_OK(check_origin(request, *ticket));
    if (auto taken = used_.take(*ticket, now); !taken) ticket = std::unexpected(std::move(taken).error());
  }
  if (ticket) return ticket;
  refused_.add();
  if (settings_.bad_tickets_per_address > 0) CHECK_OK(bad_tickets_.take(request.peer));
  return ticket;
}

/// As the gateway that gave the ticket would decide it.
Result<void> TicketDoor::check_origin(const net::Request& request, const Ticket& ticket) {
  const auto origin = request.header("origin");
  if (origin_allowed(origin, ticket.host, settings_.origins)) return {};
  const auto verdict = log_rate_.count("origin_refused");
  if (verdict.write)
    log_.warn("origin_refused", {{"origin", printable(origin)},
                                 {"host", printable(ticket.host)},
                                 {"setting", "gateway.origins"},
                                 {"count", verdict.count}});
  return fail(Code::origin_not_allowed);
}

}  // namespace godwit::gateway

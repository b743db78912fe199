#include "engine/redis/router.hpp"

#include <algorithm>
#include <utility>

namespace godwit::redis {

Router::Router(net::EventLoop& loop, const Settings& settings, Log& log)
    : loop_(loop), settings_(settings), log_(log), slots_(settings.cluster ? kSlots : 0) {
  for (const auto& server : settings_.servers) (void)connection_to(server);
  slots_wanted_ = settings_.cluster;
}
Router::~Router() = default;

void Router::submit(RequestPtr request) {
  ++outstanding_;
  if (closed_) return finish(std::move(request), fail(Code::unavailable, "the client of Redis has ended"));
  arm();
  route(std::move(request));
}

void Router::close() {
  closed_ = true;
  for (auto& [address, connection] : connections_) connection->close(Connection::kEnding);
  for (auto& [when, request] : std::exchange(waiting_, {})) not_sent(std::move(request));
}

void Router::route(RequestPtr request) {
  if (closed_) return finish(std::move(request), fail(Code::unavailable, "the client of Redis has ended"));
  if (std::chrono::steady_clock::now() >= request->deadline)
    return finish(std::move(request), fail(Code::unavailable, "Redis did not take it in time"));
  if (const auto* node = node_of(*request)) return send_to(Address(*node), std::move(request));
  want_slots();
  wait(std::move(request), kAgain);
}

/// nullptr: nobody knows yet.
const Address* Router::node_of(const Request& request) {
  if (request.at) return &*request.at;
  if (settings_.cluster && request.slot) return slots_[*request.slot];
  return &whom_to_ask();
}

void Router::send_to(const Address& node, RequestPtr request) {
  auto& connection = connection_to(node);
  switch (connection.submit(request)) {
    case Connection::Taken::yes: return;
    case Connection::Taken::away:
      want_slots();
      return finish(std::move(request), fail(Code::unavailable, "Redis cannot be reached"));
    case Connection::Taken::later: {
      want_slots();
      const auto left = connection.retry_at() - std::chrono::steady_clock::now();
      const auto delay = std::chrono::duration_cast<std::chrono::milliseconds>(left);
      // In a cluster another node may have the slot before this one is tried again.
      return wait(std::move(request), settings_.cluster ? std::min(delay, kAskAgain) : delay);
    }
  }
}

void Router::answered(const Address& from, RequestPtr request) {
  auto verdict = judge(*request, from);
  if (verdict.kind == Verdict::Kind::done) {
    auto result = std::move(request->answers.back());
    return finish(std::move(request), std::move(result));
  }
  request->answers.clear();
  const bool routed = settings_.cluster && !request->at;
  if (verdict.kind == Verdict::Kind::no_script && !request->atomic && request->commands[0].script != nullptr) {
    request->wire.clear();
    append_wire(request->wire, request->commands[0], true);
    return send_to(from, std::move(request));
  }
  if (verdict.kind == Verdict::Kind::moved && routed) return moved(verdict.address, std::move(request));
  if (verdict.kind == Verdict::Kind::ask && routed) {
    ++redirects_.asked;
    request->asking = true;
    return send_to(verdict.address, std::move(request));
  }
  if (verdict.kind == Verdict::Kind::again) {
    ++redirects_.again;
    return wait(std::move(request), kAgain);
  }
  if (verdict.kind == Verdict::Kind::down) {
    want_slots();
    return wait(std::move(request), kAskAgain);
  }
  if (verdict.kind != Verdict::Kind::failed) verdict.error = {.code = Code::internal, .detail = "Redis redirects"};
  log_.error("redis_refused", {{"node", from.str()}, {"reason", verdict.error.detail}});
  finish(std::move(request), std::unexpected(std::move(verdict.error)));
}

/// The slot is known from now on; the others are asked for.
void Router::moved(const Address& to, RequestPtr request) {
  ++redirects_.moved;
  (void)connection_to(to);
  if (request->slot) slots_[*request->slot] = &connections_.find(to)->first;
  want_slots();
  if (++request->redirects > kStraight) return wait(std::move(request), kAgain);
  send_to(to, std::move(request));
}

void Router::unknown(RequestPtr request) {
  finish(std::move(request), fail(Code::unavailable, "the connection to Redis broke: it was done or not"));
}

void Router::not_sent(RequestPtr request) {
  request->asking = false;
  const bool over = closed_ || std::chrono::steady_clock::now() >= request->deadline;
  if (over) return finish(std::move(request), fail(Code::unavailable, "Redis cannot be reached"));
  wait(std::move(request), kAgain);
}

void Router::broken(const Address&) { want_slots(); }

void Router::wait(RequestPtr request, std::chrono::milliseconds delay) {
  waiting_.push_back({.when = std::chrono::steady_clock::now() + delay, .request = std::move(request)});
}

void Router::finish(RequestPtr request, Result<Reply> result) {
  --outstanding_;
  request->done(std::move(result));
}

Connection& Router::connection_to(const Address& node) {
  auto& connection = connections_[node];
  if (connection == nullptr)
    connection = std::make_unique<Connection>(loop_, node, settings_, static_cast<ConnectionOwner&>(*this), log_);
  return *connection;
}

/// Ticks while anything waits, and while the slots are wanted.
void Router::arm() {
  if (std::exchange(armed_, true)) return;
  loop_.post_after(kTick, [this, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) tick();
  });
}

void Router::tick() {
  armed_ = false;
  if (closed_) return;
  const auto now = std::chrono::steady_clock::now();
  for (auto& [address, connection] : connections_) connection->tick(now);
  if (slots_wanted_) ask_for_slots(now);
  std::vector<RequestPtr> due;
  std::erase_if(waiting_, [&](Waiting& one) {
    if (one.when > now && one.request->deadline > now) return false;
    due.push_back(std::move(one.request));
    return true;
  });
  for (auto& request : due) route(std::move(request));
  if (outstanding_ > 0 || slots_wanted_) arm();
}

}  // namespace godwit::redis

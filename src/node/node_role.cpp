#include "node/node_role.hpp"

#include "node/hub.hpp"

namespace godwit::node {

NodeRole::NodeRole(const std::vector<Executor*>& executors, Peers peers, Settings settings, const Clock& clock, Log& log,
                   Metrics& metrics)
    : settings_(std::move(settings)),
      peers_(peers),
      ended_(peers.feed),
      clock_(clock),
      log_(log),
      accepted_total_(metrics.counter("godwit_sockets_accepted_total", "Sockets taken from the gateway.")),
      frames_(metrics.counter("godwit_frames_total", "Frames queued to sockets by pushes.")),
      violations_(metrics.counter("godwit_protocol_violations_total", "Sockets closed with 4504.")) {
  for (auto* executor : executors) hubs_.push_back(std::make_unique<Hub>(*this, *executor));
  metrics.gauge("godwit_sockets", "Open sockets.", [this] { return static_cast<double>(open_sockets()); });
  metrics.gauge("godwit_users_online", "Users with at least one open socket.",
                [this] { return static_cast<double>(presence_.users()); });
  metrics.gauge("godwit_acks_waiting", "Acknowledgements that came by socket and are not written yet.",
                [this] { return static_cast<double>(waiting_acks()); });
  peers_.feed.add(*this);  // after `ended_`: what is told here is remembered there
}

NodeRole::~NodeRole() { peers_.feed.remove(*this); }

std::size_t NodeRole::waiting_acks() const noexcept {
  std::size_t all = 0;
  for (const auto& hub : hubs_) all += hub->acks().waiting();
  return all;
}

void NodeRole::push(PushBatch batch) {
  for (auto& hub : hubs_) hub->executor().post([h = hub.get(), batch] { h->push(*batch); });
}

void NodeRole::accept(std::size_t executor, std::unique_ptr<Socket> socket, changes::Position as_of,
                      std::move_only_function<void()> begin) {
  accepted_total_.add();
  const auto number = accepted_.fetch_add(1) + 1;
  const Identity& who = socket->who();
  peers_.users.seen(who.session);
  // Counted before an older socket of the session goes: friends see no gap.
  const bool first = presence_.add(who.user) == 1;
  auto& home = *hubs_.at(executor);
  for (auto& hub : hubs_) {
    if (hub.get() == &home) continue;
    hub->executor().post(
        [h = hub.get(), session = who.session, number] { h->close_session(session, Close::replaced, number); });
  }
  home.accept(std::move(socket), {.number = number, .first = first, .as_of = as_of}, std::move(begin));
}

void NodeRole::changed(std::span<const changes::Change> changes, changes::Position) {
  for (const auto& change : changes) {
    if (change.kind != changes::Kind::session_ended) continue;
    for (auto& hub : hubs_)
      hub->executor().post([h = hub.get(), session = change.session] { h->close_session(session, Close::session_ended); });
  }
}

void NodeRole::lost() {
  for (auto& hub : hubs_) hub->executor().post([h = hub.get()] { h->prove_all(); });
}

void NodeRole::drain() {
  draining_.store(true, std::memory_order_relaxed);
  for (auto& hub : hubs_) hub->executor().post([h = hub.get()] { h->drain(); });
}

}  // namespace godwit::node

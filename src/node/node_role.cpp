#include "node/node_role.hpp"

#include "node/hub.hpp"

namespace godwit::node {

NodeRole::NodeRole(const std::vector<Executor*>& executors, Peers peers, Settings settings, const Clock& clock,
                   Log& log, Metrics& metrics)
    : settings_(std::move(settings)),
      peers_(peers),
      ended_(peers.feed),
      clock_(clock),
      log_(log),
      accepted_total_(metrics.counter("godwit_sockets_accepted_total", "Sockets taken from the gateway.")),
      frames_(metrics.counter("godwit_frames_total", "Frames queued to sockets by pushes.")),
      violations_(metrics.counter("godwit_protocol_violations_total", "Sockets closed with 4504.")),
      dispatchers_(*this, *executors.front()),
      presence_(*this, peers.registry, *executors.front()) {
  for (auto* executor : executors) hubs_.push_back(std::make_unique<Hub>(*this, *executor));
  metrics.gauge("godwit_sockets", "Open sockets.", [this] { return static_cast<double>(open_sockets()); });
  metrics.gauge("godwit_users_online", "Users with at least one open socket.",
                [this] { return static_cast<double>(online_users()); });
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

void NodeRole::on_every_hub(const std::function<void(Hub&)>& job) {
  for (auto& hub : hubs_) hub->executor().post([h = hub.get(), job] { job(*h); });
}

void NodeRole::push(link::PushBatch batch) {
  for (auto& hub : hubs_) hub->executor().post([h = hub.get(), batch] { h->push(*batch); });
}

void NodeRole::tell_missed() {
  on_every_hub([](Hub& hub) { hub.tell_missed(); });
}

void NodeRole::accept(std::size_t executor, std::unique_ptr<Socket> socket, changes::Position as_of,
                      std::move_only_function<void()> begin) {
  accepted_total_.add();  // whoever proved its session has noted that it was seen
  hubs_.at(executor)->accept(std::move(socket), {.number = accepted_.fetch_add(1) + 1, .as_of = as_of},
                             std::move(begin));
}

void NodeRole::changed(std::span<const changes::Change> changes, changes::Position) {
  for (const auto& change : changes) {
    if (change.kind != changes::Kind::session_ended) continue;
    on_every_hub([session = change.session](Hub& hub) { hub.close_session(session, Close::session_ended); });
  }
}

void NodeRole::lost() {
  on_every_hub([](Hub& hub) { hub.prove_all(); });
}

void NodeRole::taken(const SessionId& session, registry::Epoch epoch) {
  on_every_hub([session, epoch](Hub& hub) { hub.taken(session, epoch); });
}

void NodeRole::drain() {
  draining_.store(true, std::memory_order_relaxed);
  on_every_hub([](Hub& hub) { hub.drain(); });
}

}  // namespace godwit::node

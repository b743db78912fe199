#include <algorithm>
#include <utility>

#include "engine/redis/router.hpp"

namespace godwit::redis {

void Router::want_slots() {
  if (!settings_.cluster || closed_) return;
  slots_wanted_ = true;
  arm();
}

/// One question at a time, each to another node: one that hangs keeps nobody waiting longer than its own time-out.
void Router::ask_for_slots(Time now) {
  if (asking_ || now < ask_at_) return;
  asking_ = true, slots_wanted_ = false;
  ask_at_ = now + kAskAgain;
  const auto node = whom_to_ask();
  auto request = std::make_unique<Request>();
  request->commands.push_back({.words = {"CLUSTER", "SLOTS"}, .key = 0});
  append_wire(request->wire, request->commands[0]);
  request->at = node;
  request->deadline = now + std::min<std::chrono::milliseconds>(settings_.timeout, 5 * kAskAgain);
  request->done = [this, node](const Result<Reply>& reply) { learn_slots(node, reply); };
  submit(std::move(request));
}

/// By turns of those who answer; of all, where nobody does.
const Address& Router::whom_to_ask() {
  std::vector<const Address*> ready, all;
  for (const auto& [address, connection] : connections_) {
    all.push_back(&address);
    if (connection->ready()) ready.push_back(&address);
  }
  const auto& list = ready.empty() || asked_ % 4 == 3 ? all : ready;
  return *list[asked_++ % list.size()];
}

void Router::learn_slots(const Address& asked, const Result<Reply>& reply) {
  asking_ = false;
  if (closed_) return;
  auto ranges = reply ? slot_ranges(*reply, asked) : std::unexpected(reply.error());
  if (!ranges) {
    log_.warn("redis_slots_unknown", {{"node", asked.str()}, {"reason", ranges.error().detail}});
    return want_slots();
  }
  if (ranges->empty()) return want_slots();  // it is in no cluster yet
  std::ranges::fill(slots_, nullptr);
  for (const auto& range : *ranges) {
    for (const auto& replica : range.replicas) (void)connection_to(replica);  // may become a primary: to be asked
    (void)connection_to(range.primary);
    const auto* primary = &connections_.find(range.primary)->first;
    std::fill(slots_.begin() + range.first, slots_.begin() + range.last + 1, primary);
  }
  known_.assign(ranges->begin(), ranges->end());
  loop_.post([this, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) forget_nodes();
  });
}

/// Connections to nodes that are in the cluster no more, once nobody waits for them.
void Router::forget_nodes() {
  const auto needed = [this](const Address& address) {
    const auto names = [&](const SlotRange& range) {
      return range.primary == address || std::ranges::find(range.replicas, address) != range.replicas.end();
    };
    return std::ranges::any_of(known_, names) ||
           std::ranges::find(settings_.servers, address) != settings_.servers.end();
  };
  const auto owns = [this](const Address& address) { return std::ranges::find(slots_, &address) != slots_.end(); };
  std::erase_if(connections_,
                [&](const auto& one) { return one.second->idle() && !needed(one.first) && !owns(one.first); });
}

}  // namespace godwit::redis

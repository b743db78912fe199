#include "bus/broker_bus.hpp"

namespace godwit::bus {

using dispatch::Topic;

namespace {
constexpr std::size_t kRowsRead = 256;  // at a time

Position at(const std::vector<Position>& positions, std::size_t shard) {
  return shard < positions.size() ? positions[shard] : 0;
}
}  // namespace

/// What was committed for a while and is not written yet is read from the ledger: because a consumer that had it died,
/// the broker is away, or the place that it was written to was lost. Whoever else writes it, too, does no harm.
Task<void> BrokerBus::catch_up(Topic topic) {
  Positions committed, applied;  // as of the look before
  while (!stopping_.load()) {
    co_await sleep_for(ports_.executor, settings_.stalled);
    auto now_applied = co_await read_applied(topic);
    auto now_committed = co_await ports_.sequencer.committed();
    if (!now_committed || !now_applied) continue;
    for (std::size_t shard = 0; shard < now_applied->size() && !stopping_.load(); ++shard) {
      const auto reached = (*now_applied)[shard];
      const bool stalled = at(committed, shard) > reached && at(applied, shard) == reached;
      if (stalled) co_await catch_up(topic, static_cast<Shard>(shard), reached, at(*now_committed, shard));
    }
    committed = std::move(*now_committed);
    applied = std::move(*now_applied);
  }
}

Task<void> BrokerBus::catch_up(Topic topic, Shard shard, Position after, Position up_to) {
  while (after < up_to && !stopping_.load()) {
    auto found = co_await ports_.rows->rows(shard, after, kRowsRead);
    if (!found) co_return;
    const wire::LogPage page{.shard = shard, .first = found->first, .messages = std::move(found->messages)};
    if (!co_await hand_over(topic, page.messages) && !co_await sift(topic, page)) co_return;
    const auto last = page.messages.empty() ? up_to : page.first + page.messages.size() - 1;
    if (!co_await ports_.applied.add(topic, {{.shard = shard, .first = after + 1, .last = last}})) co_return;
    caught_up_.add(page.messages.size());
    after = last;
  }
}

}  // namespace godwit::bus

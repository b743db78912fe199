#include <algorithm>

#include "dispatch/sequencer.hpp"
#include "dispatch/shard_owners.hpp"

namespace godwit::dispatch {

using std::chrono::milliseconds;

namespace {
constexpr std::size_t kRowsRead = 256;  // at a time, of a shard that is opened
}

Task<void> Sequencer::attend() {
  while (!stopping_) {
    (void)co_await call_roll({});
    co_await sleep_for(executor_, settings_.beat);
  }
}

/// Soon, once, besides the beat: somebody waits for a shard, or one has just become free.
void Sequencer::hurry() {
  if (stopping_ || std::exchange(hurrying_, true)) return;
  run([](Sequencer& self) -> Task<void> {
    co_await sleep_for(self.executor_, self.settings_.beat / 10);
    self.hurrying_ = false;
    if (!self.stopping_) (void)co_await self.call_roll({});
  }(*this));
}

/// Renews the lease, gives back and takes what the last roll says, and learns the new one. `retake`: shards that are to
/// get a new epoch whoever has them, unless another does.
Task<Result<void>> Sequencer::call_roll(std::vector<Shard> retake) {
  const auto turn = co_await roll_turn_.take();
  Attendance attendance{
      .member = self_, .lease = stopping_ ? milliseconds(0) : settings_.lease, .take = {}, .release = {}};
  if (!stopping_) {
    attendance.take = wanted();
    attendance.release = unwanted();
    attendance.take.insert(attendance.take.end(), retake.begin(), retake.end());
  }
  auto roll = co_await store_.attend(std::move(attendance));
  if (!roll) {
    log_.warn("sequencer_lease_not_renewed", {{"reason", roll.error().detail}});
    co_return std::unexpected(std::move(roll).error());
  }
  learn(std::move(*roll));
  if (!wanted().empty()) hurry();
  co_return Result<void>{};
}

const Dispatcher* Sequencer::live(const std::string& name) const {
  const auto found = std::ranges::find(roll_.members, name, &Dispatcher::name);
  return name.empty() || found == roll_.members.end() ? nullptr : &*found;
}

std::vector<Shard> Sequencer::wanted() const {
  std::vector<Shard> shards;
  for (const auto& state : roll_.shards) {
    const auto* owner = owner_by_rendezvous(state.shard, roll_.members);
    const bool ours = owner != nullptr && owner->name == self_.name;
    if (ours && !held_[state.shard] && live(state.owner) == nullptr) shards.push_back(state.shard);
  }
  return shards;
}

/// What another live dispatcher is to have takes no more drafts, and is given back once nothing of it is under way.
std::vector<Shard> Sequencer::unwanted() {
  std::vector<Shard> shards;
  for (const auto& state : roll_.shards) {
    auto* held = held_[state.shard].get();
    if (held == nullptr || held->stand == Stand::opening) continue;
    const auto* owner = owner_by_rendezvous(state.shard, roll_.members);
    if (owner == nullptr || owner->name == self_.name) {
      if (held->stand == Stand::leaving) held->stand = Stand::open, unpark(state.shard);
      continue;
    }
    held->stand = Stand::leaving;
    const auto* flight = part_of(state.shard).in_flight;
    if (flight != nullptr && flight->held.contains(state.shard))
      hurry();
    else
      shards.push_back(state.shard);
  }
  return shards;
}

void Sequencer::learn(Roll roll) {
  roll_ = std::move(roll);
  for (const auto& state : roll_.shards) learn(state);
  for (Shard shard = 0; shard < kShards; ++shard)
    if (!held_[shard]) unpark(shard);
  count_shards();
}

std::vector<Shard> Sequencer::owned_shards() const {
  std::vector<Shard> shards;
  for (Shard shard = 0; shard < kShards; ++shard)
    if (shown_[shard].load(std::memory_order_relaxed)) shards.push_back(shard);
  return shards;
}

void Sequencer::count_shards() {
  std::size_t open = 0, missing = 0;
  for (const auto& state : roll_.shards) {
    const auto* held = held_[state.shard].get();
    const bool is_open = held != nullptr && held->stand == Stand::open;
    shown_[state.shard].store(is_open, std::memory_order_relaxed);
    if (is_open) {
      ++open;
      continue;
    }
    const auto* owner = owner_by_rendezvous(state.shard, roll_.members);
    if (owner != nullptr && owner->name == self_.name) ++missing;
  }
  open_.store(open, std::memory_order_relaxed);
  missing_.store(missing, std::memory_order_relaxed);
}

void Sequencer::learn(const ShardState& state) {
  auto* held = held_[state.shard].get();
  if (state.owner != self_.name || stopping_) {
    if (held != nullptr) drop(state.shard);
    return;
  }
  if (held == nullptr) return take(state);
  if (state.epoch == held->epoch) return;
  // Ours, but taken anew: by read_back, or by an older call of ours that came late. What is under way with the old
  // epoch is judged by read_back.
  const auto* flight = part_of(state.shard).in_flight;
  const bool under_way = flight != nullptr && flight->held.contains(state.shard);
  if (!under_way && state.position != held->position) {
    drop(state.shard);
    return take(state);
  }
  held->epoch = state.epoch;
}

void Sequencer::take(const ShardState& state) {
  auto held = std::make_unique<Held>();
  held->id = next_id_++;
  held->epoch = state.epoch;
  held->position = state.position;
  held_[state.shard] = std::move(held);
  if (taken_) taken_(state.shard);
  relay_.take(state.shard, state.relayed, state.position);
  run(open(state.shard, held_[state.shard]->id, state.relayed));
}

void Sequencer::drop(Shard shard) {
  forget_heads(shard);
  held_[shard].reset();
  relay_.drop(shard);
}

/// Tells again what an earlier owner may have committed and not pushed any more; only then is the shard numbered on, so
/// that what is told stays in order.
Task<void> Sequencer::open(Shard shard, std::uint64_t id, Position relayed) {
  const auto mine = [&] { return held_[shard] && held_[shard]->id == id; };
  while (mine() && relayed < held_[shard]->position) {
    const auto rows = co_await store_.rows(shard, relayed, kRowsRead);
    if (!rows || rows->empty()) {
      log_.error("sequencer_rows_not_read", {{"shard", shard}, {"after", relayed}});
      co_await sleep_for(executor_, milliseconds(100));
      continue;
    }
    if (!mine()) co_return;
    std::vector<MessagePtr> messages;
    for (const auto& row : *rows) messages.push_back(row.message);
    tell(messages);
    relayed = rows->back().position;
  }
  if (!mine()) co_return;
  held_[shard]->stand = Stand::open;
  count_shards();
  unpark(shard);
}

void Sequencer::unpark(Shard shard) {
  for (auto& waiting : std::exchange(parked_[shard], {})) place(std::move(waiting));
}

}  // namespace godwit::dispatch

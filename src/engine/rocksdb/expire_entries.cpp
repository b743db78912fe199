#include <algorithm>

#include "engine/rocksdb/keys.hpp"
#include "engine/rocksdb/timeline.hpp"
#include "engine/rocksdb/values.hpp"

namespace godwit::rocks {
namespace {

/// Deletes in one write: others' sends wait behind it for about a millisecond.
constexpr std::size_t kStepDrops = 512;
/// Of a clock that was ahead, looked over for what follows them.
constexpr std::size_t kMostAhead = 10'000;

}  // namespace

Task<Result<offline::Timeline::Sweep>> RocksdbTimeline::expire(Millis before, std::size_t conversations) {
  const auto generation = store_.generation();
  std::string from;
  {
    std::lock_guard lock(sweep_mutex_);
    from = sweep_from_;
  }
  CO_TRY(auto step,
         co_await reads_.run([this, from, before, conversations] { return plan_step(from, before, conversations); }));
  if (!step.changes.empty()) {
    CO_CHECK(co_await committer_.apply(std::move(step.changes), /*sync=*/false, generation, Share::eighth));
  }
  std::lock_guard lock(sweep_mutex_);
  sweep_from_ = std::move(step.next);
  co_return step.sweep;
}

Result<RocksdbTimeline::Step> RocksdbTimeline::plan_step(std::string from, Millis before, std::size_t conversations) {
  const auto facts = store_.iterate(Family::conversations, /*fill_cache=*/false);
  const auto entries = store_.iterate(Family::entries, /*fill_cache=*/false);
  Step step;
  std::size_t looked_at = 0;
  for (facts->Seek(from); facts->Valid(); facts->Next()) {
    const auto key = facts->key().ToStringView();
    if (key.empty() || key.back() != kTimelineHead) continue;
    const auto conversation = key.substr(0, key.size() - 2);
    if (looked_at++ == conversations) {
      step.next = conversation;
      return step;
    }
    const auto head = decode_head(facts->value().ToStringView());
    if (!head) {
      (void)store_.damaged("the head of " + std::string(conversation));
      continue;
    }
    CHECK_OK(plan_drop(*entries, conversation, *head, before, step));
    if (step.sweep.dropped >= kStepDrops) {  // perhaps not all of this one
      step.next = conversation;
      return step;
    }
  }
  CHECK_OK(store_.check(facts->status()));
  step.sweep.round_done = true;
  return step;
}

Result<void> RocksdbTimeline::plan_drop(::rocksdb::Iterator& entries, std::string_view conversation,
                                        const offline::Head& head, Millis before, Step& step) {
  const auto prefix = entry_prefix(conversation);
  TRY(const auto floor, read_floor(store_, conversation));
  auto last = floor;
  std::vector<Change> ahead;  // later than the conversation's newest, by a clock that was ahead: as old as what follows
  for (entries.Seek(entry_key(conversation, floor + 1));
       entries.Valid() && entries.key().starts_with(prefix) && step.sweep.dropped < kStepDrops &&
       ahead.size() < kMostAhead;
       entries.Next()) {
    const auto seq = read_be8(entries.key().data() + prefix.size());
    const auto entry = decode_entry(entries.value().ToStringView());
    const auto time = entry ? entry->time : 0;  // a damaged one is nobody's loss
    if (seq >= head.seq || (time >= before && time <= head.time)) break;
    ahead.push_back({Change::Kind::remove, Family::entries, entries.key().ToString(), {}});
    if (time >= before) continue;
    step.sweep.dropped += ahead.size();
    std::ranges::move(ahead, std::back_inserter(step.changes));
    ahead.clear();
    last = seq;
  }
  CHECK_OK(store_.check(entries.status()));
  if (last > floor)
    step.changes.push_back(
        {Change::Kind::put, Family::conversations, conversation_key(conversation, kFloor), be8(last)});
  return {};
}

}  // namespace godwit::rocks

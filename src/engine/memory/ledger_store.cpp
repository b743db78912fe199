#include "engine/memory/ledger_store.hpp"

#include <algorithm>

#include "base/planted.hpp"

namespace godwit::memory {

using dispatch::Outcome;

LedgerStore::LedgerStore(const Clock& clock, std::string name) : clock_(clock), name_(std::move(name)) {
  for (Shard shard = 0; shard < kShards; ++shard) shards_[shard].shard = shard;
}

bool LedgerStore::free_for(const dispatch::ShardState& shard, const std::string& member) const {
  return shard.owner.empty() || shard.owner == member || !members_.contains(shard.owner);
}

void LedgerStore::end_leases(Millis now) {
  for (auto& [name, lease] : members_) lease.until -= std::max<Millis>(0, last_now_ - now);
  last_now_ = now;
  std::erase_if(members_, [now](const auto& member) { return member.second.until <= now; });
}

Task<Result<dispatch::Roll>> LedgerStore::attend(dispatch::Attendance attendance) {
  std::lock_guard lock(mutex_);
  const auto now = clock_.now();
  end_leases(now);
  const auto& name = attendance.member.name;
  for (const auto shard : attendance.release) {
    if (shards_[shard].owner == name) shards_[shard].owner.clear();
  }
  if (attendance.lease.count() > 0)
    members_[name] = {.address = attendance.member.address, .until = now + attendance.lease.count()};
  else
    members_.erase(name);
  for (const auto shard : attendance.take) {
    if (!members_.contains(name) || !free_for(shards_[shard], name)) continue;
    shards_[shard].owner = name;
    ++shards_[shard].epoch;
  }
  dispatch::Roll roll{.store = name_, .members = {}, .shards = {shards_.begin(), shards_.end()}};
  for (const auto& [member, lease] : members_) roll.members.push_back({.name = member, .address = lease.address});
  co_return roll;
}

Task<Result<dispatch::Known>> LedgerStore::look_up(dispatch::LookUp what) {
  std::lock_guard lock(mutex_);
  dispatch::Known known;
  for (const auto& once : what.sent) {
    if (const auto found = sent_.find(once); found != sent_.end()) known.sent.push_back(found->second);
  }
  for (auto& conversation : what.heads) {
    if (const auto found = conversations_.find(conversation); found != conversations_.end())
      known.heads.emplace_back(std::move(conversation), found->second.head);
  }
  if (what.shards) known.shards.assign(shards_.begin(), shards_.end());
  co_return known;
}

Outcome LedgerStore::judge(const dispatch::Batch& batch) const {
  for (const auto& fence : batch.fences) {
    const auto& shard = shards_[fence.shard];
    if (shard.epoch != fence.epoch || shard.position != fence.position) return Outcome::fenced;
  }
  if (planted(Bug::seq_reused_at_takeover) || planted(Bug::dedupe_forgotten_at_takeover)) return Outcome::committed;
  const auto there = [this](const dispatch::LogRow& row) {
    const auto found = conversations_.find(row.message->conversation);
    return found != conversations_.end() && row.message->seq <= found->second.head.seq;
  };
  const auto known = [this](const dispatch::Sent& sent) { return sent_.contains(sent.once); };
  return std::ranges::any_of(batch.log, there) || std::ranges::any_of(batch.sent, known) ? Outcome::conflict
                                                                                         : Outcome::committed;
}

Task<Result<Outcome>> LedgerStore::commit(dispatch::Batch batch) {
  std::lock_guard lock(mutex_);
  if (const auto outcome = judge(batch); outcome != Outcome::committed) co_return outcome;
  for (auto& row : batch.log) {
    auto& state = shards_[row.shard];
    state.position = row.position;
    rows_[row.shard].emplace(row.position, Row{row.message->conversation, row.message->seq});
    auto& log = conversations_[row.message->conversation];
    log.messages.emplace(row.message->seq, std::move(row.message));
  }
  for (const auto& [conversation, head] : batch.heads) conversations_[conversation].head = head;
  for (const auto& [conversation, user, event] : batch.stays)
    conversations_[conversation].stays.try_emplace({user, event.place}, event.time);
  for (auto& sent : batch.sent) {
    auto once = sent.once;
    sent_.emplace(std::move(once), std::move(sent));
  }
  co_return Outcome::committed;
}

Task<Result<std::vector<dispatch::LogRow>>> LedgerStore::rows(Shard shard, Position after, std::size_t limit) {
  std::lock_guard lock(mutex_);
  std::vector<dispatch::LogRow> found;
  for (auto row = rows_[shard].upper_bound(after); row != rows_[shard].end() && found.size() < limit; ++row) {
    const auto& [position, place] = *row;
    auto message = conversations_.at(place.conversation).messages.at(place.seq);
    found.push_back({.shard = shard, .position = position, .message = std::move(message)});
  }
  co_return found;
}

Task<Result<std::vector<MessagePtr>>> LedgerStore::tail(dispatch::Stretch stretch) {
  std::lock_guard lock(mutex_);
  std::vector<MessagePtr> found;
  const auto log = conversations_.find(stretch.conversation);
  if (log == conversations_.end()) co_return found;
  const auto& messages = log->second.messages;
  const auto end = stretch.before == 0 ? messages.end() : messages.lower_bound(stretch.before);
  auto message = messages.upper_bound(stretch.after);
  const auto count = stretch.before > 0 && stretch.before <= stretch.after ? 0 : std::distance(message, end);
  if (stretch.newest && count > static_cast<std::ptrdiff_t>(stretch.limit))
    std::advance(message, count - static_cast<std::ptrdiff_t>(stretch.limit));
  for (auto i = count; i > 0 && found.size() < stretch.limit; --i, ++message) found.push_back(message->second);
  co_return found;
}

Task<Result<std::vector<dispatch::Stay>>> LedgerStore::stays(dispatch::StaysOf whose) {
  std::lock_guard lock(mutex_);
  std::vector<dispatch::Stay> found;
  for (const auto& [conversation, log] : conversations_) {
    const bool whole = std::ranges::find(whose.conversations, conversation) != whose.conversations.end();
    for (const auto& [who, time] : log.stays)
      if (whole || who.first == whose.user)
        found.push_back({conversation, who.first, StayEvent{.place = who.second, .time = time}});
  }
  co_return found;
}

Task<Result<void>> LedgerStore::set_relayed(std::vector<std::pair<Shard, Position>> positions) {
  std::lock_guard lock(mutex_);
  for (const auto& [shard, position] : positions) shards_[shard].relayed = std::max(shards_[shard].relayed, position);
  co_return Result<void>{};
}

std::size_t LedgerStore::trim_log(std::map<Position, Row>& rows, Position relayed, Millis before, std::size_t limit) {
  std::size_t gone = 0;
  while (gone < limit && !rows.empty() && rows.begin()->first <= relayed) {
    auto& messages = conversations_.at(rows.begin()->second.conversation).messages;
    const auto message = messages.find(rows.begin()->second.seq);
    if (message->second->time >= before) break;
    messages.erase(message);
    rows.erase(rows.begin());
    ++gone;
  }
  return gone;
}

Task<Result<std::size_t>> LedgerStore::trim(Millis log_before, Millis sent_before, std::size_t limit) {
  std::lock_guard lock(mutex_);
  std::size_t gone = 0;
  for (Shard shard = 0; shard < kShards && gone < limit; ++shard)
    gone += trim_log(rows_[shard], shards_[shard].relayed, log_before, limit - gone);
  std::size_t forgotten = 0;
  for (auto sent = sent_.begin(); sent != sent_.end() && forgotten < limit;) {
    const bool old = sent->second.time < sent_before;
    sent = old ? sent_.erase(sent) : std::next(sent);
    forgotten += old ? 1 : 0;
  }
  co_return gone + forgotten;
}

}  // namespace godwit::memory

#include "dispatch/parted_ledger_store.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "base/gather.hpp"

namespace godwit::dispatch {

PartedLedgerStore::PartedLedgerStore(std::vector<std::reference_wrapper<LedgerStore>> parts, const Map& map)
    : parts_(std::move(parts)), map_(map), last_(parts_.size()) {}

PartedLedgerStore::Map PartedLedgerStore::even(std::size_t parts) {
  Map map{};
  for (Shard shard = 0; shard < kShards; ++shard) map[shard] = shard * parts / kShards;
  return map;
}

/// `call(part)` of each: beside each other where the caller has an executor to come back to, else one after the other.
template <class T, class Call>
Task<std::vector<Result<T>>> PartedLedgerStore::ask_all(Call call) {
  if (Executor::current() != nullptr) {
    Gather<Result<T>> all;
    for (std::size_t part = 0; part < parts_.size(); ++part) all.start(call(part));
    co_return co_await all.all();
  }
  std::vector<Result<T>> answers;
  for (std::size_t part = 0; part < parts_.size(); ++part) answers.push_back(co_await call(part));
  co_return answers;
}

Task<Result<Roll>> PartedLedgerStore::attend(Attendance attendance) {
  auto rolls = co_await ask_all<Roll>([&](std::size_t part) {
    auto share = attendance;
    const auto of_another = [&](Shard shard) { return map_[shard] != part; };
    std::erase_if(share.take, of_another);
    std::erase_if(share.release, of_another);
    return parts_[part].get().attend(std::move(share));
  });
  co_return merged(std::move(rolls));
}

Result<Roll> PartedLedgerStore::merged(std::vector<Result<Roll>> rolls) {
  std::map<std::string, std::string> members;
  std::optional<Error> error;
  bool any = false;
  std::lock_guard lock(mutex_);
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    if (!rolls[part]) {
      error = std::move(rolls[part]).error();
      continue;
    }
    any = true;
    for (const auto& member : rolls[part]->members) members.emplace(member.name, member.address);
    last_[part] = std::move(*rolls[part]);
  }
  const bool known = std::ranges::all_of(last_, &std::optional<Roll>::has_value);
  if (!any || !known) return std::unexpected(std::move(*error));
  Roll roll;
  for (const auto& part : last_) roll.store += (roll.store.empty() ? "" : "+") + part->store;
  for (const auto& [name, address] : members) roll.members.push_back({.name = name, .address = address});
  for (Shard shard = 0; shard < kShards; ++shard) roll.shards.push_back(last_[map_[shard]]->shards[shard]);
  return roll;
}

LookUp PartedLedgerStore::share_of(const LookUp& what, std::size_t part) const {
  LookUp share{.sent = {}, .heads = {}, .shards = what.shards, .part = part};
  if (what.part.value_or(part) == part) share.sent = what.sent;
  std::ranges::copy_if(what.heads, std::back_inserter(share.heads),
                       [&](const Conversation& one) { return map_[shard_of(one)] == part; });
  return share;
}

Task<Result<Known>> PartedLedgerStore::look_up(LookUp what) {
  auto answers = co_await ask_all<Known>([&](std::size_t part) -> Task<Result<Known>> {
    auto share = share_of(what, part);
    if (share.sent.empty() && share.heads.empty() && !share.shards)
      return []() -> Task<Result<Known>> { co_return Known{}; }();
    return parts_[part].get().look_up(std::move(share));
  });
  Known known;
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    CO_TRY(auto found, std::move(answers[part]));
    std::ranges::move(found.sent, std::back_inserter(known.sent));
    std::ranges::move(found.heads, std::back_inserter(known.heads));
    for (auto& shard : found.shards)
      if (map_[shard.shard] == part) known.shards.push_back(std::move(shard));
  }
  std::ranges::sort(known.shards, {}, &ShardState::shard);
  co_return known;
}

Task<Result<Outcome>> PartedLedgerStore::commit(Batch batch) {
  if (batch.log.empty() && batch.fences.empty() && batch.stays.empty()) co_return Outcome::committed;
  const auto part = map_[!batch.log.empty()      ? batch.log.front().shard
                         : !batch.fences.empty() ? batch.fences.front().shard
                                                 : shard_of(batch.stays.front().conversation)];
  const auto of_another = [&](const auto& one) { return map_[one.shard] != part; };
  if (std::ranges::any_of(batch.log, of_another) || std::ranges::any_of(batch.fences, of_another))
    co_return fail(Code::internal, "a batch of shards of two parts of the store");
  co_return co_await parts_[part].get().commit(std::move(batch));
}

Task<Result<std::vector<LogRow>>> PartedLedgerStore::rows(Shard shard, Position after, std::size_t limit) {
  return parts_[map_[shard]].get().rows(shard, after, limit);
}

Task<Result<std::vector<MessagePtr>>> PartedLedgerStore::tail(Stretch stretch) {
  return parts_[map_[shard_of(stretch.conversation)]].get().tail(std::move(stretch));
}

Task<Result<std::vector<Stay>>> PartedLedgerStore::stays(StaysOf whose) {
  auto answers = co_await ask_all<std::vector<Stay>>([&](std::size_t part) -> Task<Result<std::vector<Stay>>> {
    auto share = whose;
    std::erase_if(share.conversations, [&](const Conversation& one) { return map_[shard_of(one)] != part; });
    if (!share.user && share.conversations.empty())
      return []() -> Task<Result<std::vector<Stay>>> { co_return std::vector<Stay>(); }();
    return parts_[part].get().stays(std::move(share));
  });
  std::vector<Stay> all;
  for (auto& answer : answers) {
    CO_TRY(auto found, std::move(answer));
    std::ranges::move(found, std::back_inserter(all));
  }
  co_return all;
}

Task<Result<void>> PartedLedgerStore::set_relayed(std::vector<std::pair<Shard, Position>> positions) {
  const auto answers = co_await ask_all<void>([&](std::size_t part) {
    auto share = positions;
    std::erase_if(share, [&](const auto& one) { return map_[one.first] != part; });
    return parts_[part].get().set_relayed(std::move(share));
  });
  for (const auto& answer : answers) CO_CHECK(answer);
  co_return Result<void>{};
}

Task<Result<std::size_t>> PartedLedgerStore::trim(Millis log_before, Millis sent_before, std::size_t limit) {
  auto answers = co_await ask_all<std::size_t>(
      [&](std::size_t part) { return parts_[part].get().trim(log_before, sent_before, limit); });
  std::size_t gone = 0;
  for (auto& answer : answers) {
    CO_TRY(const auto of_part, std::move(answer));
    gone += of_part;
  }
  co_return gone;
}

}  // namespace godwit::dispatch

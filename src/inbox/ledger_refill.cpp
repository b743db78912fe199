#include "inbox/ledger_refill.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/gather.hpp"

namespace godwit::inbox {

namespace {
constexpr std::size_t kFloorsAtOnce = 64;  // each is a query: a few wait for the database's threads
}  // namespace

Task<Result<LedgerRefill::OfUser>> LedgerRefill::of_user(const UserKey& user) {
  OfUser kept;
  CO_TRY(const auto stays, co_await ledger_.stays({.user = user, .conversations = {}}));
  for (const auto& stay : stays) kept.stays.emplace_back(stay.conversation, stay.event);
  CO_TRY(kept.positions, co_await positions_.load(user));
  co_return kept;
}

/// The head comes first, and is of seq 0 where there is none: what is committed meanwhile lies above it, and is never
/// taken for expired.
Task<Result<Seq>> LedgerRefill::floor_of(const Conversation& conversation, dispatch::Head head) {
  if (head.time < clock_.now() - keep_) co_return head.seq;  // the newest expired: so did all of them
  CO_TRY(const auto oldest, co_await ledger_.tail({.conversation = conversation, .limit = 1}));
  co_return oldest.empty() ? head.seq : std::min(head.seq, oldest.front()->seq - 1);
}

Task<Result<std::vector<LedgerRefill::Reach>>> LedgerRefill::reach(std::vector<Conversation> conversations) {
  dispatch::LookUp what;
  what.heads = conversations;
  CO_TRY(const auto known, co_await ledger_.look_up(std::move(what)));
  std::unordered_map<Conversation, dispatch::Head> heads(known.heads.begin(), known.heads.end());
  std::vector<Reach> reaches(conversations.size());
  for (std::size_t first = 0; first < conversations.size(); first += kFloorsAtOnce) {
    const auto count = std::min(kFloorsAtOnce, conversations.size() - first);
    Gather<Result<Seq>> floors;
    for (auto i = first; i < first + count; ++i) {
      const auto head = heads.find(conversations[i]);
      if (head != heads.end()) reaches[i].head = {.seq = head->second.seq, .time = head->second.time};
      floors.start(floor_of(conversations[i], head == heads.end() ? dispatch::Head{} : head->second));
    }
    auto found = co_await floors.all();
    for (std::size_t i = 0; i < count; ++i) {
      CO_TRY(reaches[first + i].floor, std::move(found[i]));
    }
  }
  co_return reaches;
}

/// Stays of what is left of the log come with its messages: with their entries and heads, at once.
Task<Result<std::vector<LedgerRefill::OfConversation>>> LedgerRefill::of_conversations(
    std::vector<Conversation> conversations) {
  std::vector<OfConversation> found;
  CO_TRY(const auto reaches, co_await reach(conversations));
  std::vector<Conversation> old;
  std::unordered_map<Conversation, std::size_t> places;
  for (std::size_t i = 0; i < conversations.size(); ++i) {
    const auto& [head, floor] = reaches[i];
    found.push_back({.conversation = conversations[i], .head = head, .floor = floor});
    places.emplace(conversations[i], i);
    if (floor > 0) old.push_back(std::move(conversations[i]));
  }
  if (old.empty()) co_return found;
  CO_TRY(const auto stays, co_await ledger_.stays({.user = std::nullopt, .conversations = std::move(old)}));
  for (const auto& [conversation, user, event] : stays) {
    auto& one = found[places.at(conversation)];
    if (event.seq() <= one.floor) one.stays.emplace_back(user, event);
  }
  co_return found;
}

Task<Result<std::vector<std::pair<UserKey, StayEvent>>>> LedgerRefill::stays(const Conversation& conversation) {
  std::vector<std::pair<UserKey, StayEvent>> found;
  CO_TRY(auto all, co_await ledger_.stays({.user = std::nullopt, .conversations = {conversation}}));
  for (auto& stay : all) found.emplace_back(std::move(stay.user), stay.event);
  co_return found;
}

/// One transaction for each part of the ledger, without rows: there are none any more of which they say something.
Task<Result<void>> LedgerRefill::keep(std::vector<dispatch::Stay> stays) {
  std::map<std::size_t, dispatch::Batch> parts;
  for (auto& stay : stays) parts[ledger_.part_of(shard_of(stay.conversation))].stays.push_back(std::move(stay));
  for (auto& [part, batch] : parts) {
    CO_TRY(const auto outcome, co_await ledger_.commit(std::move(batch)));
    if (outcome != dispatch::Outcome::committed) co_return fail(Code::unavailable, "stays were not kept");
  }
  co_return Result<void>();
}

Task<Result<void>> LedgerRefill::keep(const UserKey& user, OfUser found) {
  std::vector<dispatch::Stay> stays;
  for (auto& [conversation, event] : found.stays) stays.push_back({std::move(conversation), user, event});
  CO_CHECK(co_await keep(std::move(stays)));
  std::vector<offline::Positions::Move> reads;
  for (const auto& [conversation, seq] : found.positions.read) reads.push_back({user, {}, conversation, seq});
  CO_CHECK(co_await positions_.move(std::move(reads)));
  for (const auto& [device, cursors] : found.positions.devices) {  // one by one: in the order of their adoption
    // A device that has received nothing yet is known as well.
    std::vector<offline::Positions::Move> moves{{user, device, Conversation::notices_of(user), 0}};
    for (const auto& [conversation, seq] : cursors) moves.push_back({user, device, conversation, seq});
    CO_CHECK(co_await positions_.move(std::move(moves)));
  }
  co_return Result<void>();
}

Task<Result<void>> LedgerRefill::keep(const Conversation& conversation,
                                      std::vector<std::pair<UserKey, StayEvent>> stays) {
  std::vector<dispatch::Stay> all;
  for (auto& [user, event] : stays) all.push_back({conversation, std::move(user), event});
  return keep(std::move(all));
}

}  // namespace godwit::inbox

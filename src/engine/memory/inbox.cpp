#include "engine/memory/inbox.hpp"

#include <algorithm>

namespace godwit::engine::memory {

using offline::Head;
using offline::OpenReaders;
using offline::Slice;
using offline::Span;

namespace {
constexpr std::size_t kAnswerBytes = 1 << 20;

}  // namespace

Task<Result<void>> MemoryInbox::put(std::span<const MessagePtr> messages) {
  const std::lock_guard lock(disk_.mutex);
  for (const auto& message : messages) put(*message);
  disk_.written();
  co_return Result<void>();
}

void MemoryInbox::put(const Message& message) {
  const auto& conversation = message.conversation;
  for (const auto& user : conversation.people()) add_stay(user, conversation, StayEvent::join(1));
  for (const auto& user : message.joined) add_stay(user, conversation, StayEvent::join(message.seq));
  for (const auto& user : message.left) add_stay(user, conversation, StayEvent::leave(message.seq, message.time));
  if (message.seq > value_at(rows_.heads, conversation).seq)
    disk_.journal.change(rows_.heads, conversation) = {.seq = message.seq, .time = message.time};
  if (message.type == Type::recalled) recall(message);

  const Rows::Entry place{conversation, message.seq};
  if (message.seq <= value_at(rows_.floors, conversation) || rows_.entries.contains(place)) return;
  const bool recalled = is_chat(message.type) && rows_.recalled_early.contains(place);
  disk_.journal.change(rows_.entries, place) =
      std::make_shared<const Message>(recalled ? without_text(message) : message);
}

void MemoryInbox::recall(const Message& recall) {
  const Rows::Entry target{recall.conversation, recall.target_seq};
  const auto found = rows_.entries.find(target);
  if (found == rows_.entries.end()) {
    if (recall.target_seq > value_at(rows_.floors, recall.conversation))
      disk_.journal.change(rows_.recalled_early, target) = true;
  } else if (is_chat(found->second->type) && !found->second->recalled) {
    const auto tombstone = std::make_shared<const Message>(without_text(*found->second));
    disk_.journal.change(rows_.entries, target) = tombstone;
  }
}

void MemoryInbox::add_stay(const UserKey& user, const Conversation& conversation, StayEvent event) {
  const auto found = rows_.rights.find({user, conversation});
  const bool known = found != rows_.rights.end() && std::ranges::any_of(found->second.events(), [&](const auto& one) {
    return one.place == event.place && one.time >= event.time;
  });
  if (!known) disk_.journal.change(rows_.rights, {user, conversation}).add(event);
}

Task<Result<std::vector<Slice>>> MemoryInbox::read(std::vector<Span> spans) {
  const std::lock_guard lock(disk_.mutex);
  std::vector<Slice> slices;
  std::size_t bytes = 0;
  for (const auto& span : spans) slices.push_back(read(span, bytes));
  co_return slices;
}

Slice MemoryInbox::read(const Span& span, std::size_t& bytes) const {
  Slice slice;
  const auto begin = rows_.entries.upper_bound({span.conversation, span.after});
  const auto end = rows_.entries.lower_bound({span.conversation, span.before == 0 ? ~Seq{0} : span.before});
  const auto take = [&](const MessagePtr& message) {
    if (message->time < span.since) return slice.older = slice.older || !span.newest, true;
    if (slice.items.size() >= span.limit || bytes >= kAnswerBytes) return slice.more = true, false;
    bytes += 256 + message->text.size();
    return slice.items.push_back(message), true;
  };
  if (begin == rows_.entries.end() || (span.before != 0 && span.before <= span.after)) return slice;
  if (span.newest) {
    for (auto at = end; at != begin && take(std::prev(at)->second);) --at;
    std::ranges::reverse(slice.items);
  } else {
    for (auto at = begin; at != end && take(at->second);) ++at;
  }
  return slice;
}

Task<Result<Head>> MemoryInbox::head(const Conversation& conversation) {
  const std::lock_guard lock(disk_.mutex);
  co_return value_at(rows_.heads, conversation);
}

Task<Result<OpenReaders>> MemoryInbox::readers(const Conversation& conversation) {
  const std::lock_guard lock(disk_.mutex);
  OpenReaders readers{.users = {}, .seq = value_at(rows_.heads, conversation).seq};
  for (const auto& [reader, rights] : rows_.rights)
    if (reader.second == conversation && rights.open()) readers.users.push_back(reader.first);
  co_return readers;
}

Task<Result<offline::Timeline::Sweep>> MemoryInbox::expire(Millis before, std::size_t conversations) {
  const std::lock_guard lock(disk_.mutex);
  Sweep sweep;
  auto next = swept_ ? rows_.heads.upper_bound(*swept_) : rows_.heads.begin();
  for (; next != rows_.heads.end() && conversations > 0; ++next, --conversations) {
    sweep.dropped += expire(next->first, before);
    swept_ = next->first;
  }
  sweep.round_done = next == rows_.heads.end();
  if (sweep.round_done) swept_.reset();
  disk_.written();
  co_return sweep;
}

/// An entry is as old as any that follows it: what a clock far ahead has left goes with them.
std::uint64_t MemoryInbox::expire(const Conversation& conversation, Millis before) {
  const auto newest = rows_.heads.at(conversation).seq;
  const auto begin = rows_.entries.lower_bound({conversation, 0}),
             end = rows_.entries.lower_bound({conversation, newest});
  Seq last = 0;
  for (auto at = begin; at != end; ++at)
    if (at->second->time < before) last = at->first.second;
  if (last == 0) return 0;
  std::vector<Rows::Entry> old;
  for (auto at = begin; at != end && at->first.second <= last; ++at) old.push_back(at->first);
  for (const auto& place : old) disk_.journal.erase(rows_.entries, place);
  disk_.journal.change(rows_.floors, conversation) = last;
  return old.size();
}

}  // namespace godwit::engine::memory

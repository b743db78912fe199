#include <algorithm>

#include "archive/archive_role.hpp"

namespace godwit::archive {
namespace {

using Messages = std::vector<MessagePtr>;

/// Two ascending lists as one, each seq once; of two copies the recalled one.
Messages merged(const Messages& archived, const Messages& recent) {
  Messages all;
  all.reserve(archived.size() + recent.size());
  auto a = archived.begin();
  auto b = recent.begin();
  while (a != archived.end() || b != recent.end()) {
    if (b == recent.end() || (a != archived.end() && (*a)->seq < (*b)->seq)) {
      all.push_back(*a++);
    } else if (a == archived.end() || (*b)->seq < (*a)->seq) {
      all.push_back(*b++);
    } else {
      all.push_back((*b)->recalled ? *b : *a);
      ++a, ++b;
    }
  }
  return all;
}

/// What is recalled further on in the list has no text.
void hide_recalled(Messages& messages) {
  for (std::size_t at = 0; at < messages.size(); ++at) {
    if (messages[at]->type != Type::recalled) continue;
    const auto target = std::ranges::lower_bound(messages, messages[at]->target_seq, {}, &Message::seq);
    if (target != messages.end() && (*target)->id.str() == messages[at]->target && !(*target)->recalled)
      *target = std::make_shared<const Message>(without_text(**target));
  }
}

void cut(Messages& messages, const Window& window) {
  if (messages.size() <= window.limit) return;
  const auto over = static_cast<std::ptrdiff_t>(messages.size() - window.limit);
  window.newest ? messages.erase(messages.begin(), messages.begin() + over)
                : messages.erase(messages.end() - over, messages.end());
}

/// What of the window is to be read, in the order in which it is: the spans that the ranges allow. Those with less than
/// a page between them are one part, so that many short stays are not as many reads.
std::vector<Window> parts_of(const Window& window, const ReadRanges& ranges) {
  std::vector<Window> parts;
  for (const auto& span : ranges.spans()) {
    Window part = window;
    part.after = std::max(window.after, span.from - 1);
    if (span.to != 0) part.before = window.before == 0 ? span.to + 1 : std::min(window.before, span.to + 1);
    if (part.before != 0 && part.before <= part.after + 1) continue;
    if (!parts.empty() && part.after + 1 - parts.back().before < window.limit) {
      parts.back().before = part.before;
    } else {
      parts.push_back(part);
    }
  }
  if (window.newest) std::ranges::reverse(parts);
  return parts;
}

}  // namespace

Task<Result<HistoryPage>> ArchiveRole::read_history(UserKey reader, Conversation conversation, Window window) {
  CO_TRY(const auto ranges, co_await readable(reader, conversation));
  HistoryPage history;
  const auto limit = window.limit++;  // one more than asked for tells whether anything is left
  for (auto& part : parts_of(window, ranges)) {
    for (bool left = true; left && history.items.size() < window.limit;) {
      CO_TRY(auto read, co_await page(conversation, part));
      left = read.size() == part.limit;
      if (left) (window.newest ? part.before : part.after) = (window.newest ? read.front() : read.back())->seq;
      std::erase_if(read, [&](const MessagePtr& message) { return !ranges.contains(message->seq); });
      history.items.insert(window.newest ? history.items.begin() : history.items.end(), read.begin(), read.end());
    }
  }
  history.more = history.items.size() > limit;
  if (conversation.kind() == Conversation::Kind::group && !history.items.empty()) {
    // The right may have ended while the pages were on their way, and what came after is not the reader's.
    CO_TRY(const auto still, co_await readable(reader, conversation));
    std::erase_if(history.items, [&](const MessagePtr& message) { return !still.contains(message->seq); });
  }
  window.limit = limit;
  cut(history.items, window);
  if (history.items.empty()) CO_CHECK(co_await check_silent(reader, conversation));
  co_return history;
}

/// Whatever was answered is here or among the recent, or in both. Asked in this order nothing moves from one to the
/// other unseen.
Task<Result<Messages>> ArchiveRole::page(const Conversation& conversation, Window window) {
  const bool behind = !co_await bus_.caught_up(dispatch::Topic::store);
  CO_TRY(auto archived, co_await store_.page(conversation, window));
  if (!behind) co_return archived;
  CO_TRY(const auto newer, co_await recent(conversation, window));
  auto all = merged(archived, newer);
  hide_recalled(all);
  cut(all, window);
  co_return all;
}

/// From the ledger where it can be asked: it is never behind, and needs no engine of the inbox's. Else the kept tail. A
/// text that was recalled is still in its log, but a recall is answered only when the archive has it.
Task<Result<Messages>> ArchiveRole::recent(const Conversation& conversation, const Window& window) {
  auto logged = co_await bus_.tail({.conversation = conversation,
                                    .after = window.after,
                                    .before = window.before,
                                    .limit = window.limit,
                                    .newest = window.newest});
  if (logged || logged.error().code != Code::unavailable) co_return logged;
  co_return co_await offline_.tail(conversation, window.after, window.before, window.limit, window.newest);
}

/// Two people read all of what is between them. A group's members by the offline role's ranges, which are right at
/// once; a group that one never was in is as good as none.
Task<Result<ReadRanges>> ArchiveRole::readable(const UserKey& reader, const Conversation& conversation) {
  if (conversation.kind() != Conversation::Kind::group) {
    if (!conversation.names(reader)) co_return fail(Code::not_found);
    co_return ReadRanges({{.from = 1, .to = 0}});
  }
  CO_TRY(auto ranges, co_await offline_.ranges(reader, conversation));
  if (ranges.empty()) co_return fail(Code::not_found);
  co_return ranges;
}

/// A direct conversation in which nobody ever said a word is one between friends, or none.
Task<Result<void>> ArchiveRole::check_silent(const UserKey& reader, const Conversation& conversation) {
  if (conversation.kind() != Conversation::Kind::direct) co_return Result<void>{};
  CO_TRY(const bool spoken, co_await has_messages(conversation));
  if (spoken) co_return Result<void>{};
  CO_TRY(const auto relation, co_await users_.relation(reader, conversation.peer_of(reader)));
  if (!relation.exists || !relation.friends) co_return fail(Code::not_found);
  co_return Result<void>{};
}

Task<Result<bool>> ArchiveRole::has_messages(const Conversation& conversation) {
  CO_TRY(const auto any, co_await page(conversation, {.limit = 1, .newest = true}));
  co_return !any.empty();
}

}  // namespace godwit::archive

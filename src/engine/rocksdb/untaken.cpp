#include "engine/rocksdb/untaken.hpp"

#include <algorithm>

namespace godwit::rocks {
namespace {

using offline::Row;

bool contains(const std::vector<UserKey>& users, const UserKey& user) {
  return std::ranges::find(users, user) != users.end();
}

bool within(const Message& message, const offline::Span& span) {
  return message.conversation == span.conversation && message.seq > span.after &&
         (span.before == 0 || message.seq < span.before) && message.time >= span.since;
}

/// Whether the message by itself gives the user a row.
bool makes_row(const Message& message, const UserKey& user) {
  if (message.conversation.kind() != Conversation::Kind::group) return message.conversation.names(user);
  return contains(message.joined, user);
}

void lay_message_over(Row& row, const Message& message, const UserKey& user) {
  row.conversation = message.conversation;
  if (message.seq > row.head.seq) row.head = {.seq = message.seq, .time = message.time};
  const bool pair = message.conversation.kind() != Conversation::Kind::group;
  const bool joined = contains(message.joined, user), left = contains(message.left, user);
  if (!joined && !left && (!pair || !row.ranges.empty())) return;
  ReadingRights rights(row.ranges, row.left_at);
  if (pair) rights.add(StayEvent::join(1));
  if (joined) rights.add(StayEvent::join(message.seq));
  if (left) rights.add(StayEvent::leave(message.seq, message.time));
  row.ranges = rights.ranges();
  row.left_at = rights.left_at();
}

void recall(std::vector<MessagePtr>& items, Seq seq) {
  for (auto& item : items) {
    if (item->seq == seq && !item->recalled) item = std::make_shared<const Message>(without_text(*item));
  }
}

}  // namespace

void Overlay::lay_over(offline::Slice& slice, const offline::Span& span) const {
  for (const auto& message : messages_) {
    const bool last = slice.items.empty() || slice.items.back()->seq < message->seq;
    if (within(*message, span) && last && (span.newest || !slice.more)) slice.items.push_back(message);
  }
  for (const auto& message : messages_) {
    if (message->type == Type::recalled && message->conversation == span.conversation)
      recall(slice.items, message->target_seq);
  }
  if (slice.items.size() <= span.limit) return;
  slice.more = true;
  const auto over = static_cast<std::ptrdiff_t>(slice.items.size() - span.limit);
  span.newest ? slice.items.erase(slice.items.begin(), slice.items.begin() + over)
              : slice.items.erase(slice.items.end() - over, slice.items.end());
}

void Overlay::lay_over(std::vector<Row>& rows, const UserKey& user) const {
  for (const auto& message : messages_) {
    auto row = std::ranges::find(rows, message->conversation, &Row::conversation);
    if (row == rows.end() && makes_row(*message, user)) row = rows.insert(rows.end(), Row{});
    if (row != rows.end()) lay_message_over(*row, *message, user);
  }
}

void Overlay::lay_over(std::optional<Row>& row, const UserKey& user, const Conversation& conversation) const {
  for (const auto& message : messages_) {
    if (message->conversation != conversation) continue;
    if (!row && makes_row(*message, user)) row.emplace();
    if (row) lay_message_over(*row, *message, user);
  }
}

void Overlay::lay_over(offline::Head& head, const Conversation& conversation) const {
  for (const auto& message : messages_) {
    if (message->conversation == conversation && message->seq > head.seq)
      head = {.seq = message->seq, .time = message->time};
  }
}

void Overlay::lay_over(offline::OpenReaders& readers, const Conversation& conversation) const {
  for (const auto& message : messages_) {
    if (message->conversation != conversation || message->seq <= readers.seq) continue;
    if (conversation.kind() != Conversation::Kind::group) readers.users = conversation.people();
    readers.users = who_reads_on(who_reads(std::move(readers.users), *message), *message);
    readers.seq = message->seq;
  }
}

}  // namespace godwit::rocks

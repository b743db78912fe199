#include "engine/rocksdb/put_entries.hpp"

#include "engine/rocksdb/keys.hpp"
#include "engine/rocksdb/timeline.hpp"
#include "wire/record.hpp"

namespace godwit::rocks {
Result<offline::Head*> EntryBatch::head_of(const std::string& conversation) {
  if (const auto found = heads_.find(conversation); found != heads_.end()) return &found->second;
  offline::Head head;
  if (const auto known = known_.find(conversation); known != known_.end()) {
    head = known->second;
  } else {
    // A damaged head is named and made anew: entries and rows that are there already stay as they are.
    ::rocksdb::PinnableSlice value;
    TRY(const bool found, store_.get(Family::conversations, conversation_key(conversation, kTimelineHead), value));
    if (const auto decoded = found ? decode_head(value.ToStringView()) : std::optional(head))
      head = *decoded;
    else
      (void)store_.damaged("the head of " + conversation);
  }
  return &heads_.emplace(conversation, head).first->second;
}

Result<std::optional<std::string>> EntryBatch::entry(const std::string& key) {
  if (const auto changed = entries_.find(key); changed != entries_.end()) return changed->second;
  ::rocksdb::PinnableSlice value;
  TRY(const bool found, store_.get(Family::entries, key, value));
  return found ? std::optional(value.ToString()) : std::nullopt;
}

Result<void> EntryBatch::add(const Message& message) {
  const auto& name = message.conversation.name();
  TRY(auto* const head, head_of(name));
  const bool rows_are_there = head->seq != 0;
  // Only a message at or below the head can have been here before: the usual one is written without a look.
  if (message.seq <= head->seq) {
    CHECK_OK(add_late(message));
  } else {
    entries_.insert_or_assign(entry_key(name, message.seq), encode_entry(message));
    *head = {.seq = message.seq, .time = message.time};
  }
  CHECK_OK(add_readers(message, rows_are_there));
  if (message.type == Type::recalled) return recall(message);
  return {};
}

Result<void> EntryBatch::add_late(const Message& message) {
  const auto key = entry_key(message.conversation.name(), message.seq);
  TRY(const auto before, entry(key));
  if (before) {
    const auto decoded = decode_entry(*before);
    const bool whole = decoded && (decoded->kind != EntryKind::message || wire::decode_record(decoded->record));
    if (!whole) {
      (void)store_.damaged("an entry of " + message.conversation.name());
      entries_.insert_or_assign(key, encode_entry(message));
    } else if (decoded->kind == EntryKind::recalled_before_it_came)
      entries_.insert_or_assign(key, encode_entry(without_text(message)));
    return {};
  }
  TRY(const auto floor, read_floor(store_, message.conversation.name()));
  if (message.seq > floor) entries_.insert_or_assign(key, encode_entry(message));
  return {};
}

Result<void> EntryBatch::recall(const Message& recall) {
  const auto& name = recall.conversation.name();
  const auto key = entry_key(name, recall.target_seq);
  TRY(const auto target, entry(key));
  if (!target) {
    TRY(const auto floor, read_floor(store_, name));
    if (recall.target_seq > floor) entries_.insert_or_assign(key, encode_placeholder(recall.time));
    return {};
  }
  const auto decoded = decode_entry(*target);
  if (decoded && decoded->kind == EntryKind::recalled_before_it_came) return {};
  auto message = decoded ? wire::decode_record(decoded->record) : fail(Code::internal);
  if (!message) {  // its text is damaged, and goes all the same
    (void)store_.damaged("an entry of " + name);
    entries_.insert_or_assign(key, encode_placeholder(recall.time));
  } else if (!message->recalled) entries_.insert_or_assign(key, encode_entry(without_text(std::move(*message))));
  return {};
}

Result<void> EntryBatch::add_event(const UserKey& user, const Conversation& conversation, StayEvent event) {
  auto key = inbox_key(kRow, user.str(), conversation.name());
  if (const auto found = rows_.find(key); found != rows_.end()) return found->second.rights.add(event), Result<void>();
  ::rocksdb::PinnableSlice value;
  TRY(const bool found, store_.get(Family::inbox, key, value));
  Row row;
  if (conversation.kind() == Conversation::Kind::group)
    row.reader = inbox_key(kReader, conversation.name(), user.str());
  if (auto rights = found ? decode_rights(value.ToStringView()) : std::optional(ReadingRights()))
    row.rights = std::move(*rights);
  else
    (void)store_.damaged("a row of " + user.str());
  row.rights.add(event);
  rows_.emplace(std::move(key), std::move(row));
  return {};
}

/// `rows_are_there`: of the two people, or the owner, of a conversation that is no group. A conversation's head and
/// these rows are written in one batch, so where there is a head, whichever message came first, there are the rows.
Result<void> EntryBatch::add_readers(const Message& message, bool rows_are_there) {
  const auto& conversation = message.conversation;
  if (!rows_are_there) {
    for (const auto& user : conversation.people()) CHECK_OK(add_event(user, conversation, StayEvent::join(1)));
  }
  for (const auto& user : message.joined) CHECK_OK(add_event(user, conversation, StayEvent::join(message.seq)));
  for (const auto& user : message.left)
    CHECK_OK(add_event(user, conversation, StayEvent::leave(message.seq, message.time)));
  return {};
}

std::vector<Change> EntryBatch::changes() {
  std::vector<Change> changes;
  changes.reserve(entries_.size() + heads_.size() + 2 * rows_.size());
  // A node's key is const until it is taken out: the strings go along without a copy.
  while (!entries_.empty()) {
    auto node = entries_.extract(entries_.begin());
    changes.push_back({Change::Kind::put, Family::entries, std::move(node.key()), std::move(node.mapped())});
  }
  for (const auto& [conversation, head] : heads_) {
    changes.push_back(
        {Change::Kind::put, Family::conversations, conversation_key(conversation, kTimelineHead), encode_head(head)});
  }
  for (auto& [key, row] : rows_) {
    changes.push_back({Change::Kind::put, Family::inbox, key, encode_rights(row.rights)});
    if (row.reader.empty()) continue;
    const auto kind = row.rights.open() ? Change::Kind::put : Change::Kind::remove;
    changes.push_back({kind, Family::inbox, std::move(row.reader), {}});
  }
  return changes;
}

}  // namespace godwit::rocks

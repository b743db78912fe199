#include "engine/rocksdb/put_entries.hpp"

#include "engine/rocksdb/keys.hpp"
#include "engine/rocksdb/timeline.hpp"
#include "wire/record.hpp"

namespace godwit::rocks {
namespace {

Message without_text(Message message) {
  message.recalled = true;
  message.text.clear();
  return message;
}

}  // namespace

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
  const bool first = head->seq == 0;
  // Only a message at or below the head can have been here before: the usual one is written without a look.
  if (message.seq <= head->seq) {
    CHECK_OK(add_late(message));
  } else {
    entries_.insert_or_assign(entry_key(name, message.seq), encode_entry(message));
    *head = {.seq = message.seq, .time = message.time};
  }
  CHECK_OK(add_readers(message, first));
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

Result<Stays*> EntryBatch::stays_of(const UserKey& user, const Conversation& conversation) {
  auto key = inbox_key(kRow, user.str(), conversation.name());
  if (const auto found = rows_.find(key); found != rows_.end()) return &found->second;
  ::rocksdb::PinnableSlice value;
  TRY(const bool found, store_.get(Family::inbox, key, value));
  Stays stays;
  if (found) {
    auto decoded = decode_stays(value.ToStringView());
    if (decoded)
      stays = std::move(*decoded);
    else
      (void)store_.damaged("a row of " + user.str());
  }
  return &rows_.emplace(std::move(key), std::move(stays)).first->second;
}

Result<void> EntryBatch::add_readers(const Message& message, bool first) {
  const auto& conversation = message.conversation;
  if (first && conversation.kind() != Conversation::Kind::group) {
    for (const auto& user : {conversation.first(),
                             conversation.kind() == Conversation::Kind::direct ? conversation.second() : UserKey()}) {
      if (user.empty()) continue;
      TRY(auto* const stays, stays_of(user, conversation));
      stays->ranges.join(1);
    }
  }
  for (const auto& user : message.joined) {
    TRY(auto* const stays, stays_of(user, conversation));
    stays->ranges.join(message.seq);
    if (stays->ranges.spans().back().to == 0) stays->left_at = 0;
  }
  for (const auto& user : message.left) {
    TRY(auto* const stays, stays_of(user, conversation));
    stays->ranges.leave(message.seq);
    const auto& spans = stays->ranges.spans();
    if (!spans.empty() && spans.back().to == message.seq) stays->left_at = message.time;
  }
  return {};
}

std::vector<Change> EntryBatch::changes() {
  std::vector<Change> changes;
  changes.reserve(entries_.size() + heads_.size() + rows_.size());
  // A node's key is const until it is taken out: the strings go along without a copy.
  while (!entries_.empty()) {
    auto node = entries_.extract(entries_.begin());
    changes.push_back({Change::Kind::put, Family::entries, std::move(node.key()), std::move(node.mapped())});
  }
  for (const auto& [conversation, head] : heads_) {
    changes.push_back(
        {Change::Kind::put, Family::conversations, conversation_key(conversation, kTimelineHead), encode_head(head)});
  }
  for (const auto& [key, stays] : rows_)
    changes.push_back({Change::Kind::put, Family::inbox, key, encode_stays(stays)});
  return changes;
}

}  // namespace godwit::rocks

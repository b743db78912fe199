#pragma once
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "archive/archive_store.hpp"
#include "base/planted.hpp"
#include "offline/cursor_store.hpp"
#include "offline/timeline.hpp"

namespace godwit::simulate {

/// Messages by conversation and seq, recalls that came before their message, and who may read: what inbox and archive share.
class Kept {
 public:
  void put(const Message& message) {
    auto& slot = messages_[message.conversation][message.seq];
    if (slot == nullptr) {
      auto kept = std::make_shared<Message>(message);
      if (recalled_.contains(message.id.str()) && !planted(Bug::recall_lost_to_late_write)) forget_text(*kept);
      slot = kept;
    }
    if (message.type == Type::recalled) {
      recalled_.insert(message.target);
      if (const auto found = messages_[message.conversation].find(message.target_seq);
          found != messages_[message.conversation].end()) {
        auto tombstone = std::make_shared<Message>(*found->second);
        forget_text(*tombstone);
        found->second = tombstone;
      }
    }
    const auto& conversation = message.conversation;
    for (const auto& user : conversation.people()) rights_[{user, conversation}].add(StayEvent::join(1));
    for (const auto& user : message.joined) rights_[{user, conversation}].add(StayEvent::join(message.seq));
    for (const auto& user : message.left) rights_[{user, conversation}].add(StayEvent::leave(message.seq, message.time));
  }
  using Messages = std::map<Seq, MessagePtr>;
  std::map<Conversation, Messages> messages_;
  std::map<std::pair<UserKey, Conversation>, ReadingRights> rights_;

  [[nodiscard]] offline::Head head(const Conversation& conversation) {
    const auto& messages = messages_[conversation];
    return messages.empty() ? offline::Head{} : offline::Head{messages.rbegin()->first, messages.rbegin()->second->time};
  }
  /// after < seq < before (0: open), at most `limit`; `more`: some were left out.
  [[nodiscard]] std::vector<MessagePtr> span(const Conversation& conversation, Seq after, Seq before, std::size_t limit,
                                             bool newest, bool& more) {
    std::vector<MessagePtr> all;
    for (const auto& [seq, message] : messages_[conversation])
      if (seq > after && (before == 0 || seq < before)) all.push_back(message);
    more = all.size() > limit;
    if (more && newest) all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(limit));
    if (more && !newest) all.resize(limit);
    return all;
  }

 private:
  static void forget_text(Message& message) {
    message.recalled = true;
    message.text.clear();
  }
  std::set<std::string> recalled_;
};

class SimpleInbox final : public offline::Timeline, public offline::CursorStore {
 public:
  Task<Result<std::string>> epoch() override { co_return "one"; }
  Task<Result<void>> put(std::span<const MessagePtr> messages) override {
    for (const auto& message : messages) kept_.put(*message);
    co_return Result<void>();
  }
  Task<Result<std::vector<offline::Slice>>> read(std::vector<offline::Span> spans) override {
    std::vector<offline::Slice> slices;
    for (const auto& span : spans) {
      auto& slice = slices.emplace_back();
      slice.items = kept_.span(span.conversation, span.after, span.before, 100'000, span.newest, slice.more);
      slice.older = std::erase_if(slice.items, [&](const MessagePtr& message) { return message->time < span.since; }) > 0;
      slice.more = slice.items.size() > span.limit;
      if (slice.more && span.newest)
        slice.items.erase(slice.items.begin(), slice.items.end() - static_cast<std::ptrdiff_t>(span.limit));
      if (slice.more && !span.newest) slice.items.resize(span.limit);
    }
    co_return slices;
  }
  Task<Result<offline::Head>> head(const Conversation& conversation) override { co_return kept_.head(conversation); }
  Task<Result<offline::OpenReaders>> readers(const Conversation& conversation) override {
    offline::OpenReaders readers{.users = {}, .seq = kept_.head(conversation).seq};
    for (const auto& [key, rights] : kept_.rights_)
      if (key.second == conversation && rights.open()) readers.users.push_back(key.first);
    co_return readers;
  }
  Task<Result<Sweep>> expire(Millis, std::size_t) override { co_return Sweep{.round_done = true}; }

  Task<Result<std::vector<offline::Row>>> rows(const UserKey& user, const DeviceId& device) override {
    std::vector<offline::Row> rows;
    for (const auto& [key, right] : kept_.rights_)
      if (key.first == user) rows.push_back(row_of(user, key.second, device));
    co_return rows;
  }
  Task<Result<std::optional<offline::Row>>> row(const UserKey& user, const Conversation& conversation) override {
    if (!kept_.rights_.contains({user, conversation})) co_return std::nullopt;
    co_return row_of(user, conversation, {});
  }
  Task<Result<std::vector<Seq>>> read_positions(Readers readers) override {
    std::vector<Seq> all;
    for (const auto& reader : readers) all.push_back(reads_[reader]);
    co_return all;
  }
  Task<Result<Moved>> set_read(const UserKey& user, const Conversation& conversation, Seq seq) override {
    auto& read = reads_[{user, conversation}];
    const bool moved = seq > read;
    read = std::max(read, seq);
    co_return Moved{read, moved};
  }
  Task<Result<void>> adopt_device(const UserKey& user, const DeviceId& device) override {
    adopt(user, device);
    co_return Result<void>();
  }
  Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) override {
    co_return devices_[user].contains(device);
  }
  Task<Result<std::vector<Result<Standing>>>> standings(const std::vector<offline::Acknowledged>& devices) override {
    std::vector<Result<Standing>> all;
    for (const auto& [user, device, positions] : devices) {
      for (const auto& [conversation, seq] : positions) {
        if (kept_.rights_.contains({user, conversation}))
          all.emplace_back(Standing{kept_.head(conversation).seq, cursors_[{user, device, conversation}]});
        else
          all.emplace_back(fail(Code::not_found));
      }
    }
    co_return all;
  }
  Task<Result<void>> advance(std::vector<offline::Acknowledged> devices) override {
    for (const auto& [user, device, positions] : devices) {
      adopt(user, device);
      for (const auto& [conversation, seq] : positions) {
        auto& cursor = cursors_[{user, device, conversation}];
        cursor = std::max(cursor, seq);
        if (!planted(Bug::cursor_of_another_device)) continue;
        for (const auto& other : devices_[user]) cursors_[{user, other, conversation}] = cursor;
      }
    }
    co_return Result<void>();
  }

 private:
  void adopt(const UserKey& user, const DeviceId& device) {
    if (!devices_[user].insert(device).second) return;
    for (const auto& [key, right] : kept_.rights_)
      if (key.first == user) cursors_[{user, device, key.second}] = furthest(user, key.second);
  }
  Seq furthest(const UserKey& user, const Conversation& conversation) {
    Seq most = 0;
    for (const auto& device : devices_[user]) most = std::max(most, cursors_[{user, device, conversation}]);
    return most;
  }
  offline::Row row_of(const UserKey& user, const Conversation& conversation, const DeviceId& device) {
    const auto& right = kept_.rights_[{user, conversation}];
    offline::Row row;
    row.conversation = conversation, row.ranges = right.ranges(), row.left_at = right.left_at();
    row.head = kept_.head(conversation);
    row.read = reads_[{user, conversation}];
    if (!device.empty())
      row.cursor = devices_[user].contains(device) ? cursors_[{user, device, conversation}] : furthest(user, conversation);
    return row;
  }
  Kept kept_;
  std::map<std::pair<UserKey, Conversation>, Seq> reads_;
  std::map<UserKey, std::set<DeviceId>> devices_;
  std::map<std::tuple<UserKey, DeviceId, Conversation>, Seq> cursors_;
};

class SimpleArchive final : public archive::ArchiveStore {
 public:
  Task<Result<void>> put(std::span<const MessagePtr> batch) override {
    for (const auto& message : batch) kept_.put(*message);
    co_return Result<void>();
  }
  Task<Result<MessagePtr>> find(const MessageId& id) override {
    for (const auto& [conversation, messages] : kept_.messages_)
      for (const auto& [seq, message] : messages)
        if (message->id == id) co_return message;
    co_return MessagePtr();
  }
  Task<Result<std::vector<MessagePtr>>> page(const Conversation& conversation, archive::Window window) override {
    bool more = false;
    co_return kept_.span(conversation, window.after, window.before, window.limit, window.newest, more);
  }
  Task<Result<MessagePtr>> last_up_to(const Conversation& conversation, Seq seq) override {
    bool more = false;
    auto last = kept_.span(conversation, 0, seq + 1, 1, true, more);
    co_return last.empty() ? MessagePtr() : last.front();
  }
  Task<Result<std::uint64_t>> count_chat(const Conversation& conversation, const UserKey& user, Seq after,
                                         Seq up_to) override {
    bool more = false;
    const auto all = kept_.span(conversation, after, up_to + 1, 100'000, false, more);
    co_return static_cast<std::uint64_t>(std::ranges::count_if(
        all, [&](const MessagePtr& message) { return is_chat(message->type) && message->sender != user.str(); }));
  }
  Task<Result<ReadRanges>> ranges(const Conversation& conversation, const UserKey& user) override {
    co_return kept_.rights_[{user, conversation}].ranges();
  }
  Task<Result<archive::Hits>> search(archive::SearchQuery query) override {
    archive::Hits hits;
    for (const auto& [conversation, messages] : kept_.messages_)
      for (const auto& [seq, message] : messages)
        if (is_chat(message->type) && kept_.rights_[{query.reader, conversation}].ranges().contains(seq) &&
            message->text.find(query.text) != std::string::npos && hits.items.size() < query.limit)
          hits.items.push_back({message, {}});
    co_return hits;
  }

 private:
  Kept kept_;
};

}  // namespace godwit::simulate

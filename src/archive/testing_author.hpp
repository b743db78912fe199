#pragma once
#include <doctest/doctest.h>

#include <string>
#include <unordered_map>
#include <vector>

#include "archive/archive_store.hpp"

/// What the suites of the archive write and ask.
namespace godwit::archive::suite {

/// Writes conversations the way the ledger does: dense seqs, growing times.
class Author {
 public:
  Message next(const Conversation& conversation, Type type, std::string sender, std::string text) {
    Message message;
    message.type = type;
    message.conversation = conversation;
    message.seq = ++seqs_[conversation.name()];
    message.time = time_ += 10;
    message.sender = std::move(sender);
    message.text = std::move(text);
    message.id =
        make_message_id(message.sender, conversation.name(), message.time, std::to_string(message.seq), message.text);
    return message;
  }
  MessagePtr says(const Conversation& conversation, std::string sender, std::string text) {
    const auto type = conversation.kind() == Conversation::Kind::group ? Type::group : Type::direct;
    return std::make_shared<const Message>(next(conversation, type, std::move(sender), std::move(text)));
  }
  MessagePtr recalls(const Message& target) {
    auto message = next(target.conversation, Type::recalled, target.sender, "");
    message.target = target.id.str();
    message.target_seq = target.seq;
    return std::make_shared<const Message>(std::move(message));
  }
  MessagePtr changes(const Conversation& group, std::vector<UserKey> joined, std::vector<UserKey> left) {
    auto message = next(group, Type::group_changed, "alice", "");
    message.joined = std::move(joined);
    message.left = std::move(left);
    return std::make_shared<const Message>(std::move(message));
  }

 private:
  std::unordered_map<std::string, Seq> seqs_;
  Millis time_ = 1'800'000'000'000;
};

inline const UserKey kAlice{"alice"}, kBob{"bobby"}, kCarol{"carol"};
inline const Conversation kTwo = Conversation::direct(kAlice, kBob);
inline const Conversation kOther = Conversation::direct(kAlice, kCarol);
inline const Conversation kGroup = Conversation::of_group(GroupKey("birds"));

inline void put(ArchiveStore& store, std::vector<MessagePtr> batch) {
  REQUIRE(sync_wait(store.put(batch)).has_value());
}

inline std::vector<Seq> seqs(const std::vector<MessagePtr>& messages) {
  std::vector<Seq> out;
  for (const auto& message : messages) out.push_back(message->seq);
  return out;
}
inline std::vector<Seq> page(ArchiveStore& store, const Conversation& conversation, Window window) {
  auto messages = sync_wait(store.page(conversation, window));
  REQUIRE(messages.has_value());
  return seqs(*messages);
}

inline SearchQuery query(const UserKey& reader, std::string text) {
  SearchQuery query;
  query.reader = reader;
  query.text = std::move(text);
  return query;
}
inline Hits search(ArchiveStore& store, const SearchQuery& query) {
  auto hits = sync_wait(store.search(query));
  REQUIRE(hits.has_value());
  return std::move(*hits);
}
inline std::vector<std::string> found(ArchiveStore& store, const SearchQuery& query) {
  std::vector<std::string> texts;
  for (const auto& hit : search(store, query).items) texts.push_back(hit.message->text);
  return texts;
}
using Texts = std::vector<std::string>;
using Seqs = std::vector<Seq>;

}  // namespace godwit::archive::suite

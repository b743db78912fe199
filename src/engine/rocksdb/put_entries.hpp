#pragma once
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/rocksdb/committer.hpp"
#include "engine/rocksdb/values.hpp"

namespace godwit::rocks {

/// Works out what a batch of messages changes in the timelines, and nothing else: reads the store, and itself where the
/// batch has changed something already. Used once, by one thread.
class EntryBatch {
 public:
  using Heads = std::unordered_map<std::string, offline::Head>;

  /// `known`: heads that need not be read.
  EntryBatch(Store& store, const Heads& known) : store_(store), known_(known) {}

  [[nodiscard]] Result<void> add(const Message& message);
  [[nodiscard]] std::vector<Change> changes();
  [[nodiscard]] const Heads& heads() const noexcept { return heads_; }

 private:
  struct Row {
    ReadingRights rights;
    std::string reader;  ///< the key that is there while the rights are open; empty: the conversation has none
  };
  [[nodiscard]] Result<offline::Head*> head_of(const std::string& conversation);
  /// The entry as this batch leaves it, or as it is stored; nullopt: there is none.
  [[nodiscard]] Result<std::optional<std::string>> entry(const std::string& key);
  [[nodiscard]] Result<void> add_late(const Message& message);
  [[nodiscard]] Result<void> recall(const Message& recall);
  [[nodiscard]] Result<void> add_readers(const Message& message, bool rows_are_there);
  [[nodiscard]] Result<void> add_event(const UserKey& user, const Conversation& conversation, StayEvent event);

  Store& store_;
  const Heads& known_;
  Heads heads_;
  std::unordered_map<std::string, std::string> entries_;
  std::unordered_map<std::string, Row> rows_;
};

}  // namespace godwit::rocks

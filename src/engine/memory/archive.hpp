#pragma once
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "archive/archive_store.hpp"

namespace godwit::engine::memory {

/// What an archive leaves behind. What was put is synced, so a power cut takes nothing. Whoever uses it holds `mutex`.
struct ArchiveDisk {
  using Place = std::pair<Conversation, Seq>;
  using Moment = std::pair<Millis, std::string>;  ///< and the id: one order for all messages

  std::mutex mutex;
  std::map<Place, MessagePtr> messages;
  std::map<std::string, Place> by_id;
  std::map<Moment, Place> by_time;
  std::set<std::string> recalled_early;  ///< ids of those whose 208 came first
  std::map<std::pair<UserKey, Conversation>, ReadingRights> rights;
};

/// The archive; a search looks at every message from the newest on.
class MemoryArchive : public archive::ArchiveStore {
 public:
  explicit MemoryArchive(ArchiveDisk& disk) : disk_(disk) {}

  Task<Result<void>> put(std::span<const MessagePtr> batch) override;
  Task<Result<MessagePtr>> find(const MessageId& id) override;
  Task<Result<std::vector<MessagePtr>>> page(const Conversation& conversation, archive::Window window) override;
  Task<Result<MessagePtr>> last_up_to(const Conversation& conversation, Seq seq) override;
  Task<Result<std::uint64_t>> count_chat(const Conversation& conversation, const UserKey& user, Seq after,
                                         Seq up_to) override;
  Task<Result<ReadRanges>> ranges(const Conversation& conversation, const UserKey& user) override;
  Task<Result<archive::Hits>> search(archive::SearchQuery query) override;

 private:
  void put(const Message& message);
  void forget_text(const ArchiveDisk::Place& place);

  ArchiveDisk& disk_;
};

}  // namespace godwit::engine::memory

#pragma once
#include <vector>

#include "archive/archive_store.hpp"
#include "engine/sqlite/archive_database.hpp"
#include "engine/sqlite/archive_query.hpp"

namespace godwit::engine::sqlite {

/// Reads archive.db over a connection of its own; each call sees one state of it. One thread at a time.
class ArchiveReader {
 public:
  [[nodiscard]] static Result<ArchiveReader> open(const std::string& path);

  [[nodiscard]] Result<MessagePtr> find(const MessageId& id);
  [[nodiscard]] Result<std::vector<MessagePtr>> page(const Conversation& conversation, const archive::Window& window);
  [[nodiscard]] Result<MessagePtr> last_up_to(const Conversation& conversation, Seq seq);
  [[nodiscard]] Result<std::uint64_t> count_chat(const Conversation& conversation, const UserKey& user, Seq after,
                                                 Seq up_to);
  [[nodiscard]] Result<ReadRanges> ranges(const Conversation& conversation, const UserKey& user);
  [[nodiscard]] Result<archive::Hits> search(const archive::SearchQuery& query);

 private:
  friend class ArchiveSearch;
  explicit ArchiveReader(Connection connection) : connection_(std::move(connection)) {}
  [[nodiscard]] Result<void> prepare();
  /// Rows below are not in the index yet; 0: all are.
  [[nodiscard]] Result<std::int64_t> indexed_from();
  /// 0: there is none.
  [[nodiscard]] Result<std::int64_t> conversation_id(const Conversation& conversation);

  Connection connection_;
  Statement index_from_, conversation_, by_id_, upwards_, downwards_, count_, ranges_, all_ranges_, matches_, newest_;
};

}  // namespace godwit::engine::sqlite

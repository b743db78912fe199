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
  /// Without what is damaged.
  [[nodiscard]] Result<std::vector<MessagePtr>> page(const Conversation& conversation, const archive::Window& window);
  [[nodiscard]] Result<MessagePtr> last_up_to(const Conversation& conversation, Seq seq);
  [[nodiscard]] Result<std::uint64_t> count_chat(const Conversation& conversation, const UserKey& user, Seq after,
                                                 Seq up_to);
  [[nodiscard]] Result<ReadRanges> ranges(const Conversation& conversation, const UserKey& user);
  [[nodiscard]] Result<archive::Hits> search(const archive::SearchQuery& query);

  /// Messages passed over since the last call because they are damaged.
  [[nodiscard]] std::uint64_t take_damaged() noexcept { return std::exchange(damaged_, 0); }

 private:
  friend class ArchiveSearch;
  explicit ArchiveReader(Connection connection) : connection_(std::move(connection)) {}
  [[nodiscard]] Result<void> prepare();
  /// Rows below are not in the index yet; 0: all are.
  [[nodiscard]] Result<std::int64_t> indexed_from();
  [[nodiscard]] Result<void> add_all(Statement& found, std::vector<MessagePtr>& messages);
  [[nodiscard]] Result<void> add_one_by_one(Statement& rows, std::vector<MessagePtr>& messages);
  void add(std::string_view record, std::vector<MessagePtr>& messages);
  /// 0: there is none.
  [[nodiscard]] Result<std::int64_t> conversation_id(const Conversation& conversation);

  Connection connection_;
  Statement index_from_, conversation_, by_id_, upwards_, downwards_, count_, events_, all_events_, matches_, newest_;
  Statement rows_upwards_, rows_downwards_, by_row_;
  std::uint64_t damaged_ = 0;
};

}  // namespace godwit::engine::sqlite

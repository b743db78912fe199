#pragma once
#include <map>
#include <span>
#include <unordered_map>

#include "domain/message.hpp"
#include "engine/sqlite/archive_database.hpp"
#include "engine/sqlite/archive_index.hpp"

namespace godwit::engine::sqlite {

/// Writes batches into archive.db: one batch, one transaction. One thread at a time.
class ArchiveWriter {
 public:
  [[nodiscard]] static Result<ArchiveWriter> open(const std::string& path);

  struct Stored {
    std::size_t messages = 0;   ///< that were new
    std::size_t conflicts = 0;  ///< that came with a seq which another message has: left out, the first one stands
    std::size_t impossible = 0;  ///< with a seq that cannot be in an archive (0 or ≥ 2^32): left out
  };
  /// Whole or not at all; durable when it comes back.
  [[nodiscard]] Result<Stored> put(std::span<const MessagePtr> batch);

  [[nodiscard]] const IndexState& index() const noexcept { return index_; }
  /// Says how many messages an index that is made anew has before it; once.
  [[nodiscard]] Result<void> index_counted(std::int64_t messages);
  /// Goes on with an index that is not whole: one transaction, at most `most` messages. First goes what was put aside.
  /// False: there was nothing to do.
  [[nodiscard]] Result<bool> index_older(std::size_t most);

 private:
  explicit ArchiveWriter(Connection connection) : connection_(std::move(connection)) {}
  [[nodiscard]] Result<void> prepare();
  [[nodiscard]] Result<Stored> put_all(std::span<const MessagePtr> batch);

  enum class Taken : char { stored, known, conflict, impossible };
  [[nodiscard]] Result<Taken> put_one(const Message& message);
  [[nodiscard]] Result<void> put_message(const Message& message, std::int64_t key, std::int64_t row);
  [[nodiscard]] Result<std::int64_t> next_row(Millis time);

  // archive_places.cpp
  struct Known {
    std::int64_t id;
    Seq head;  ///< nothing of the conversation is above
  };
  [[nodiscard]] Result<Known*> conversation(const Conversation& conversation);
  [[nodiscard]] Result<Known> load_conversation(const Conversation& conversation);
  [[nodiscard]] Result<bool> take_place(Known& known, const Message& message, std::int64_t row);
  [[nodiscard]] Result<bool> is_taken(std::int64_t key);
  [[nodiscard]] Result<void> settle_places();

  // archive_recall.cpp
  [[nodiscard]] Result<bool> was_recalled(const std::string& id);
  [[nodiscard]] Result<void> recall(const Message& recall);
  [[nodiscard]] Result<void> erase(std::int64_t row);
  [[nodiscard]] Result<void> leave_index();

  // archive_index.cpp
  [[nodiscard]] bool is_indexed(std::int64_t row) const noexcept { return row >= index_.whole_from; }
  [[nodiscard]] Result<IndexState> index_piece(std::size_t most);

  // archive_readers.cpp
  [[nodiscard]] Result<void> change_readers(const Message& message, std::int64_t conversation);
  [[nodiscard]] Result<void> add_event(std::int64_t conversation, const UserKey& user, StayEvent event);

  Connection connection_;
  Statement add_id_, drop_id_, find_id_, add_message_, last_row_of_, add_text_, drop_text_;
  Statement find_conversation_, add_conversation_, add_place_, find_place_, last_place_;
  Statement add_recall_, take_recall_, read_message_, erase_message_;
  Statement older_messages_, index_reached_;
  Statement add_event_;

  std::unordered_map<std::string, Known> conversations_;  // by name; forgotten when it has grown too large
  std::int64_t recent_places_ = 0;
  std::int64_t last_row_ = 0;
  IndexState index_;
  std::map<std::int64_t, std::string> leaving_;  // row → document, of this batch's recalls
};

}  // namespace godwit::engine::sqlite

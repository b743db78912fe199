#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "domain/conversation.hpp"
#include "domain/ids.hpp"
#include "domain/message.hpp"
#include "engine/sqlite/sqlite_handle.hpp"

/// The archive's one file: its tables, and what is done to it as a whole.
namespace godwit::engine::sqlite {

/// Opens archive.db for writing, made where it is not there. Every commit is synced: the bus forgets what was put.
/// unavailable, with SQLite's reason, where it cannot be opened, is no archive, or comes from a newer version.
[[nodiscard]] Result<Connection> open_archive_writer(const std::string& path);
[[nodiscard]] Result<Connection> open_archive_reader(const std::string& path);

/// A message's place in its conversation, as one number that sorts.
struct MessageKey {
  static constexpr Seq kLastSeq = 0xFFFF'FFFFU;
  [[nodiscard]] static std::int64_t make(std::int64_t conversation, Seq seq) noexcept {
    return (conversation << 32) | static_cast<std::int64_t>(seq);
  }
  [[nodiscard]] static std::int64_t conversation_of(std::int64_t key) noexcept { return key >> 32; }
  [[nodiscard]] static Seq seq_of(std::int64_t key) noexcept { return static_cast<Seq>(key) & kLastSeq; }
};

/// A message's place among all, by time: the newest first and a span of time are the text index's own order.
struct Row {
  static constexpr int kBits = 16;  ///< so many a millisecond
  [[nodiscard]] static std::int64_t first_of(Millis time) noexcept { return time << kBits; }
};

/// Stands for a sender in places, so that counting reads nothing else; never 0, which stands for "not 101 or 102". 47
/// bits of a hash: two people of one conversation who share a number would not count for each other as unread, and
/// nothing else.
[[nodiscard]] std::int64_t writer_number(std::string_view sender) noexcept;

/// An id as the file holds it: 16 bytes for 32 hex digits.
[[nodiscard]] std::string stored_id(std::string_view id);

/// Copies the file as it stands now to `target` (made anew), while it is written to. `paused` is called between steps:
/// true to give up (unavailable).
[[nodiscard]] Result<void> backup_archive(const std::string& path, const std::string& target,
                                          const std::function<bool()>& paused = {});

/// What is wrong with the file, one line each; empty: nothing. Reads all of it. The file must not be in use for
/// writing.
[[nodiscard]] Result<std::vector<std::string>> check_archive(const std::string& path);

}  // namespace godwit::engine::sqlite

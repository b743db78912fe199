#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "domain/message.hpp"
#include "domain/sought_text.hpp"

namespace godwit::archive {

/// Which messages of a conversation, ascending by seq. At most `limit` of those with after < seq < before.
struct Window {
  Seq after = 0;
  Seq before = 0;  ///< 0: open
  std::size_t limit = 50;
  bool newest = false;  ///< of more than `limit`: the newest instead of the oldest
};

/// A search by one reader.
struct SearchQuery {
  UserKey reader;
  std::string text;  ///< as typed
  std::optional<Conversation> conversation;
  std::optional<UserKey> sender;
  std::optional<Millis> from, to;  ///< both included
  std::size_t limit = 50;
  std::string position;  ///< where an earlier answer ended; empty: from the newest
};

/// In the message's text.
using Highlight = TextPlace;

struct Hit {
  MessagePtr message;
  std::vector<Highlight> highlight;  ///< ascending, disjoint
};

struct Hits {
  std::vector<Hit> items;  ///< newest first
  std::string position;    ///< for the next page; empty: that was all
};

/// The port that keeps every message for ever and finds it again. Thread-safe; `put` by one caller at a time.
/// Every call answers `unavailable` where the engine is damaged, full or slow, and never a part as if it were the
/// whole.
class ArchiveStore {
 public:
  virtual ~ArchiveStore() = default;

  /// Takes a batch whole or not at all; durable when it comes back, so the bus may forget it.
  ///   - idempotent by id: a message that is there already is left as it is.
  ///   - a 208 takes the text of its `target` out of the message and out of the index; a tombstone (`recalled`) stays.
  ///   Where the
  ///     target is not there yet, it becomes a tombstone when it comes: a recall wins over a late or repeated write.
  ///   - who may read from where to where follows from `joined` and `left` of each message, and from the names of
  ///   direct and
  ///     notices conversations, which their people read from the first message on.
  ///   - readers see it at once.
  virtual Task<Result<void>> put(std::span<const MessagePtr> batch) = 0;

  /// nullptr: not there.
  virtual Task<Result<MessagePtr>> find(const MessageId& id) = 0;
  virtual Task<Result<std::vector<MessagePtr>>> page(const Conversation& conversation, Window window) = 0;
  /// The message at `seq`, or the nearest below it; nullptr where there is none.
  virtual Task<Result<MessagePtr>> last_up_to(const Conversation& conversation, Seq seq) = 0;
  /// How many 101 and 102 of others than `user` stand there with after < seq ≤ up_to, recalled ones included.
  virtual Task<Result<std::uint64_t>> count_chat(const Conversation& conversation, const UserKey& user, Seq after,
                                                 Seq up_to) = 0;
  /// What `user` may read, as far as the messages put so far tell.
  virtual Task<Result<ReadRanges>> ranges(const Conversation& conversation, const UserKey& user) = 0;

  /// 101 and 102 that the reader may read and that hold every word of the text, case and accents aside; a stretch
  /// without spaces (Chinese, Japanese, Korean, Thai …) is found wherever its characters stand together. Newest first
  /// by `time`. A text with nothing to look for finds nothing. May answer fewer than `limit` with a position, so that
  /// no search holds a thread for long. bad_cursor: `position` is not one of this engine's.
  virtual Task<Result<Hits>> search(SearchQuery query) = 0;
};

}  // namespace godwit::archive

#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "domain/message.hpp"
#include "service/offline.hpp"

namespace godwit::offline {

/// How far a conversation goes.
struct Head {
  Seq seq = 0;      ///< of its newest entry; 0: there is none
  Millis time = 0;  ///< of the same
};

/// Which entries to read: after < seq < before (0 = open) and time ≥ `since`.
struct Span {
  Conversation conversation;
  Seq after = 0, before = 0;
  Millis since = 0;
  std::size_t limit = 0;
  bool newest = false;  ///< the last `limit` of them rather than the first
};

/// What was read of one span, ascending by seq.
struct Slice {
  std::vector<MessagePtr> items;
  bool more = false;   ///< the span goes on beyond the items (below them, if `newest`)
  bool older =
      false;  ///< entries were left out: not `newest` and older than `since`, or damaged (and named in the log)
};

/// The port that keeps every conversation's kept tail once, for all its readers; the embedded inbox. Thread-safe, but
/// for `put`, which one thread calls at a time. Errors are unavailable.
class Timeline {
 public:
  virtual ~Timeline() = default;

  /// Names this life of the store: the same over restarts, another after it was lost, or restored from a copy. What a
  /// client has from another life may not be here, and its numbers may be given out again.
  virtual Task<Result<std::string>> epoch() = 0;

  /// Writes messages and what follows from them, whole or not at all:
  ///   - the entry of each, and the conversation's head (it never goes back);
  ///   - readers' rows: the set of joins and leaves, from Message.joined and .left; for direct conversations and
  ///   notices both names', from 1 on, whichever message comes first;
  ///   - 208: the target's entry is marked recalled and its text dropped; where the target is not there yet, it will be
  ///   so when it comes.
  /// Idempotent: the same again, in any later batch and after a restart, changes nothing; what expired stays away.
  /// Commutative: the same messages in any order and any batches leave the same behind.
  virtual Task<Result<void>> put(std::span<const MessagePtr> messages) = 0;

  /// One slice for each span, in their order. A slice ends early (`more`) when the answer would pass about 1 MiB.
  virtual Task<Result<std::vector<Slice>>> read(std::vector<Span> spans) = 0;

  virtual Task<Result<Head>> head(const Conversation& conversation) = 0;

  /// Whose right to read the conversation is open, and its head, as of one moment: after what was put until then. Of a
  /// conversation that is no group, the people it names, from its first message on.
  virtual Task<Result<OpenReaders>> readers(const Conversation& conversation) = 0;

  /// One bounded step of the sweep: drops entries older than `before`, but never a conversation's newest, and raises
  /// its floor to the last one dropped. Goes on where the last step ended; at most `conversations` are looked at.
  struct Sweep {
    std::uint64_t dropped = 0;
    bool round_done = false;  ///< every conversation was looked at since the last `round_done`
  };
  virtual Task<Result<Sweep>> expire(Millis before, std::size_t conversations) = 0;
};

}  // namespace godwit::offline

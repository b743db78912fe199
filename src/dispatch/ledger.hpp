#pragma once
#include <functional>
#include <optional>
#include <span>

#include "service/sequencer.hpp"

namespace godwit::dispatch {

/// The port that gives a message its number and makes it durable: one atomic step for each draft.
///   - `once` seen before (remembered for at least 7 days): nothing is stored; same fingerprint → the first result
///     with `repeated`; another → client_id_reused.
///     Two drafts with one `once` at the same time: one is stored, both get its result.
///   - otherwise seq = the conversation's last + 1, time = max(now, the conversation's last time), or now where
///     that leads it by more than kMostLead ("now" is of the ledger's clock), and the message stands on both topics of
///     the bus, or will by itself. Answers only when all of it survives a power cut.
///   - after a failure (unavailable) the draft may or may not be stored; repeating it with the same `once` is safe.
///   - a full queue answers unavailable at once.
/// Thread-safe.
class Ledger {
 public:
  virtual ~Ledger() = default;

  virtual Task<Result<Published>> append(Draft draft) = 0;

  /// The first result of `once` (`repeated` set), if there is one. A read; used where a repeat must answer before any
  /// other check.
  virtual Task<Result<std::optional<Published>>> find(const std::string& once) = 0;
};

/// What a ledger tells the process that it numbers for, besides its answers: what became durable, in the order of the
/// commits, which is also the order of `seq` in each conversation. Pushes are made from it. It promises no more than
/// the process lives: what was committed and not told (a crash) is never told here; whoever was to be pushed pulls.
class OrderedCommits {
 public:
  virtual ~OrderedCommits() = default;

  /// Called with every batch of new messages (no repeats), one batch at a time, before their appenders are answered. It
  /// must not wait. Set once, before the first append.
  using Listener = std::function<void(std::span<const MessagePtr>)>;
  virtual void on_commit(Listener listener) = 0;

  /// Called when the commits of a shard are told here from now on and were not before, ahead of the first of them: what
  /// was worked out from earlier ones holds no more. Never where all commits are told here (one process).
  using Taken = std::function<void(Shard)>;
  virtual void on_taken(Taken /*taken*/) {}
};

}  // namespace godwit::dispatch

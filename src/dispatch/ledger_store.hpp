#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "domain/message.hpp"
#include "service/sequencer.hpp"

namespace godwit::dispatch {

/// Grows whenever a shard gets an owner: what an earlier owner still tries to write is refused by it.
using Epoch = std::uint64_t;

struct ShardState {
  Shard shard = 0;
  Epoch epoch = 0;
  std::string owner;      ///< a dispatcher's name; its lease may be over. Empty: nobody's
  Position position = 0;  ///< of its last row
  Position relayed = 0;   ///< both topics have all rows up to here
};

/// What a member wants of the store, all in one transaction.
struct Attendance {
  Dispatcher member;
  std::chrono::milliseconds lease{};  ///< from now on, by the store's clock. 0: the member ends; what it owned is free
  std::vector<Shard> take;
  std::vector<Shard> release;  ///< of those it owns
};

/// Who is there and who owns what, as the transaction left it.
struct Roll {
  std::string store;                ///< names this store's past: another after it was made anew or restored
  std::vector<Dispatcher> members;  ///< whose lease runs, by name
  std::vector<ShardState> shards;   ///< all, in order
};

/// The first result of a `once`.
struct Sent {
  std::string once, fingerprint;
  MessageId id;
  Seq seq = 0;
  Millis time = 0;
};

struct Head {
  Seq seq = 0;
  Millis time = 0;
};

struct LookUp {
  std::vector<std::string> sent;
  std::vector<Conversation> heads;
  bool shards = false;                ///< all of them
  std::optional<std::size_t> part{};  ///< `sent` is looked for in this part of the store alone; else in all
};
struct Known {
  std::vector<Sent> sent;                            ///< those there are, in no order
  std::vector<std::pair<Conversation, Head>> heads;  ///< the same
  std::vector<ShardState> shards;
};

struct LogRow {
  Shard shard = 0;
  Position position = 0;
  MessagePtr message;  ///< numbered
};

/// What the writer believes of a shard. Both must be so, or nothing is written.
struct Fence {
  Shard shard = 0;
  Epoch epoch = 0;
  Position position = 0;
};

/// A joining or leaving of one reader of a conversation.
struct Stay {
  Conversation conversation;
  UserKey user;
  StayEvent event;
};
/// What the message says of its conversation's readers. Of conversations that name their people: what the first says.
[[nodiscard]] std::vector<Stay> stays_of(const Message& message);

/// Whose are asked for: of the user, everywhere, and of everybody in the conversations.
struct StaysOf {
  std::optional<UserKey> user;
  std::vector<Conversation> conversations;
};

struct Batch {
  std::vector<Fence> fences;                         ///< of every shard that has rows below
  std::vector<LogRow> log;                           ///< in each shard from its fence's position on, without a hole
  std::vector<std::pair<Conversation, Head>> heads;  ///< of every conversation that has rows
  std::vector<Sent> sent;
  std::vector<Stay> stays{};  ///< of the conversations that have rows; or of any of the part, where there are no rows
};

enum class Outcome : std::uint8_t {
  committed,  ///< survives a power cut
  fenced,     ///< a fence does not hold; nothing was written
  conflict,   ///< a `once`, or a (conversation, seq), is there already; nothing was written
};

/// The port to the database that the ledger of many processes stands in: a transaction, unique keys, one clock. It
/// decides nothing: who may own what, and which number is next, is worked out by the sequencer. Every verb is one
/// transaction and goes over the wire once (several statements of many rows in one packet); none needs what was said
/// before it. Errors are `unavailable`: what was read is not known, and what was to be written may be, or may yet be.
/// A store may have parts, each a database that knows nothing of the others: then a verb is one transaction in each,
/// and a `once` is unique in its conversation's. Thread-safe.
class LedgerStore {
 public:
  virtual ~LedgerStore() = default;

  /// The part that a shard lies in, from 0 on without a hole. Always the same.
  [[nodiscard]] virtual std::size_t part_of(Shard /*shard*/) const { return 0; }

  /// Renews the member's lease; releases; then gives it those of `take` that are its own already or whose owner's lease
  /// is over, each with its epoch raised by one. So a shard that was taken has the position that it will keep until the
  /// new owner writes: whatever an earlier epoch still has under way is refused.
  virtual Task<Result<Roll>> attend(Attendance attendance) = 0;

  virtual Task<Result<Known>> look_up(LookUp what) = 0;

  /// All of one part. Whole or not at all, in this order: the fences are compared and locked; log, heads, sent and
  /// stays are written; each shard's position moves to its last row's. An error: it may have been committed, or may be
  /// in a moment, as long as the epochs stand. Two rows of the log never have one (shard, position), nor one
  /// (conversation, seq); no two of sent one `once`. A stay that is there already changes nothing.
  virtual Task<Result<Outcome>> commit(Batch batch) = 0;

  /// The shard's rows above `after`, ascending, without a hole: `limit` at most. What was trimmed is passed over.
  virtual Task<Result<std::vector<LogRow>>> rows(Shard shard, Position after, std::size_t limit) = 0;

  /// Of what is kept.
  virtual Task<Result<std::vector<MessagePtr>>> tail(Stretch stretch) = 0;

  /// All that was ever committed, in no order.
  virtual Task<Result<std::vector<Stay>>> stays(StaysOf whose) = 0;

  /// Moves each shard's `relayed` forward to the position; never back. Needs no fence: that both topics have a row
  /// stays true, whoever says it.
  virtual Task<Result<void>> set_relayed(std::vector<std::pair<Shard, Position>> positions) = 0;

  /// Removes up to `limit` rows of the log that are relayed and older than `log_before`, and up to as many of sent
  /// older than `sent_before`, by their messages' times. Heads and stays stay for ever. How many went.
  virtual Task<Result<std::size_t>> trim(Millis log_before, Millis sent_before, std::size_t limit) = 0;
};

}  // namespace godwit::dispatch

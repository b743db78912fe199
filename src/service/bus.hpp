#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "domain/message.hpp"

namespace godwit::dispatch {

/// The two readers of what was sent.
enum class Topic : std::uint8_t { store, offline };

/// Which messages of a conversation: after < seq < before (0: open), `limit` at most; ascending.
struct Stretch {
  Conversation conversation;
  Seq after = 0, before = 0;
  std::size_t limit = 0;
  bool newest = false;  ///< the last `limit` of them rather than the first
};

/// The port that carries durable messages to their consumers (the ledger puts them on it).
///   - at least once: a handler that failed or died sees the batch again; it must be idempotent (the id is the key).
///   - embedded: in commit order. Elsewhere no order is promised; `seq` orders.
///   - a message is dropped from the bus only when both topics' handlers have taken it.
class Bus {
 public:
  virtual ~Bus() = default;

  /// Takes a batch whole or not at all. Runs on the topic's own thread, which it may block. `unavailable` is retried
  /// with back-off; a message that is refused by itself becomes a dead letter (dead_letters.hpp) and stops nothing.
  using Handler = std::function<Task<Result<void>>(std::span<const MessagePtr>)>;
  /// One handler a topic; call before `start`.
  virtual void consume(Topic topic, Handler handler) = 0;
  virtual void start() = 0;
  /// Stops the consumers after their present batch.
  virtual void stop() = 0;

  /// Comes back when the topic's handler has taken everything that was durable at the time of the call: a reader that
  /// awaits this sees what was answered. unavailable after 2 s.
  virtual Task<Result<void>> settled(Topic topic) = 0;

  /// The same without waiting: whether it has. A reader that can do otherwise asks this.
  virtual Task<bool> caught_up(Topic topic) { co_return lag(topic) == 0; }

  /// What the ledger itself has of the conversation, for a reader whose topic is behind: everything that was answered,
  /// as far back as the ledger keeps it. unavailable: also where there is no log but the topics' own (embedded).
  virtual Task<Result<std::vector<MessagePtr>>> tail(Stretch /*stretch*/) { co_return fail(Code::unavailable); }

  /// Messages that the topic's handler has not taken yet, as far as this process knows: a figure, nothing to decide by.
  [[nodiscard]] virtual std::uint64_t lag(Topic topic) const = 0;
};

}  // namespace godwit::dispatch

#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "domain/message.hpp"

namespace godwit::user {

/// A kept frame that a change owes somebody, until dispatch has it.
struct Notice {
  std::string once;        ///< unique for ever: dispatch numbers it once, however often it is tried
  Message frame;           ///< without id, seq and time
  std::string replaces{};  ///< what is waiting under the same name goes when this is added; empty: nothing does
};

struct WaitingNotice {
  std::int64_t ordinal = 0;  ///< of two writes that held the same name, the later one's is the larger
  Notice notice;
};

/// The port of the outbox: written in the transaction of the change, emptied by the Announcer. Used inside a
/// transaction, on its thread. Errors: unavailable.
class NoticeOutbox {
 public:
  virtual ~NoticeOutbox() = default;

  virtual Result<void> add(const Notice& notice) = 0;
  /// The oldest of one conversation, in order.
  virtual Result<std::vector<WaitingNotice>> of(const Conversation& conversation, std::size_t limit) = 0;
  /// Conversations that have something waiting, above `after` by name, ascending.
  virtual Result<std::vector<Conversation>> waiting(const std::string& after, std::size_t limit) = 0;
  /// Idempotent.
  virtual Result<void> remove(std::span<const std::int64_t> ordinals) = 0;
};

}  // namespace godwit::user

#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "domain/message.hpp"
#include "domain/people.hpp"

namespace godwit::dispatch {

/// Whom a frame is pushed to: users, every connected device of each. Shared, so that a group's list is made once.
using Audience = std::shared_ptr<const std::vector<UserKey>>;

[[nodiscard]] inline Audience audience_of(std::vector<UserKey> users) {
  return std::make_shared<const std::vector<UserKey>>(std::move(users));
}

/// What a publisher is told: the message as it was numbered. `repeated`: it was published before; this is its first
/// result.
struct Published {
  MessageId id;
  Seq seq = 0;
  Millis time = 0;
  bool repeated = false;
};

/// What other roles may ask the dispatch role. Thread-safe.
class Service {
 public:
  virtual ~Service() = default;

  /// Numbers a frame that the system itself makes (203–207, 209, 210), makes it durable, and pushes it to whoever may
  /// read it.
  /// `once`: the same value again publishes nothing and answers the first result, also after a restart.
  /// Leave id, seq and time empty: they are given here. unavailable (retry with the same `once`).
  virtual Task<Result<Published>> publish(Message frame, std::string once) = 0;

  /// Pushes 302 to the user's other devices and, in a direct conversation, to the friend, unless a block stands between
  /// them. Never stored.
  virtual Task<void> announce_read(Identity who, Conversation conversation, Seq seq) = 0;
  /// Pushes 303 to the others in the conversation, if `who` may write there; otherwise does nothing.
  virtual Task<void> announce_typing(Identity who, Conversation conversation) = 0;
};

}  // namespace godwit::dispatch

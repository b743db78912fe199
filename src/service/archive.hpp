#pragma once
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "domain/message.hpp"

namespace godwit::archive {

/// What other roles may ask the archive. Thread-safe.
class Service {
 public:
  virtual ~Service() = default;

  /// A message by id, recalled or not; sees what was answered before the call. not_found, unavailable.
  virtual Task<Result<MessagePtr>> find(const MessageId& id) = 0;
  /// The message at `seq`, or the nearest below it; nullptr where there is none.
  virtual Task<Result<MessagePtr>> last_up_to(const Conversation& conversation, Seq seq) = 0;
  /// How many 101 and 102 of others than `user` stand in the conversation with after < seq ≤ up_to.
  virtual Task<Result<std::uint64_t>> count_chat(const Conversation& conversation, const UserKey& user, Seq after,
                                                 Seq up_to) = 0;
};

}  // namespace godwit::archive

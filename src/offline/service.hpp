#pragma once
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "domain/message.hpp"
#include "domain/people.hpp"

namespace godwit::offline {

/// What other roles may ask the offline role. Thread-safe. Every read sees what was answered before it was asked.
class Service {
 public:
  virtual ~Service() = default;

  /// At login: gives a device that is new its place, where the furthest of the user's devices got to. A known one keeps
  /// its own.
  virtual Task<Result<void>> adopt_device(const UserKey& user, const DeviceId& device) = 0;
  /// Whether the device was logged in to the account before, and was not forgotten since.
  virtual Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) = 0;
  /// Everything up to `seq` has arrived on the device. Above the head: cut. Backwards: nothing. not_found: not the
  /// user's.
  virtual Task<Result<void>> acknowledge(const UserKey& user, const DeviceId& device, const Conversation& conversation,
                                         Seq seq) = 0;
  /// What the user may read of the conversation; empty: nothing, ever.
  virtual Task<Result<ReadRanges>> ranges(const UserKey& user, const Conversation& conversation) = 0;
  /// The kept tail of a conversation with after < seq < before (0 = open), ascending; the newest `limit` of them if
  /// `newest`.
  virtual Task<Result<std::vector<MessagePtr>>> tail(const Conversation& conversation, Seq after, Seq before,
                                                     std::size_t limit, bool newest) = 0;
};

}  // namespace godwit::offline

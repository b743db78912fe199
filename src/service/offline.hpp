#pragma once
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "domain/message.hpp"
#include "domain/people.hpp"

namespace godwit::offline {

/// What one device has acknowledged: everything up to each seq has arrived on it.
struct Acknowledged {
  UserKey user;
  DeviceId device;
  std::vector<std::pair<Conversation, Seq>> positions;
};

/// Whose right to read a conversation is open.
struct OpenReaders {
  std::vector<UserKey> users;  ///< ascending
  Seq seq = 0;                 ///< after which message that was so; 0: there is none yet
};

/// What other roles may ask the offline role. Thread-safe. Every read sees what was answered before it was asked.
class Service {
 public:
  virtual ~Service() = default;

  /// At login: gives a device that is new its place, where the furthest of the user's devices got to. A known one keeps
  /// its own.
  virtual Task<Result<void>> adopt_device(const UserKey& user, const DeviceId& device) = 0;
  /// Whether the device was logged in to the account before, and was not forgotten since.
  virtual Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) = 0;
  /// Of several devices at once. Above the head: cut. Backwards: nothing. What is not the user's is passed over.
  /// unavailable: some of it is not written down; all of it may be given again.
  virtual Task<Result<void>> acknowledge(std::vector<Acknowledged> devices) = 0;
  /// What the user may read of the conversation; empty: nothing, ever.
  virtual Task<Result<ReadRanges>> ranges(const UserKey& user, const Conversation& conversation) = 0;
  /// Who reads on: after everything that was answered before the call, and maybe what was committed meanwhile.
  virtual Task<Result<OpenReaders>> readers(const Conversation& conversation) = 0;
  /// The kept tail of a conversation with after < seq < before (0 = open), ascending; the newest `limit` of them if
  /// `newest`.
  virtual Task<Result<std::vector<MessagePtr>>> tail(const Conversation& conversation, Seq after, Seq before,
                                                     std::size_t limit, bool newest) = 0;
};

}  // namespace godwit::offline

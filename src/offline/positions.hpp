#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "domain/conversation.hpp"
#include "domain/people.hpp"
#include "domain/reading_rights.hpp"

namespace godwit::offline {

/// How far one user has read and their devices have received.
struct UserPositions {
  using Of = std::vector<std::pair<Conversation, Seq>>;  ///< by conversation
  struct Device {
    DeviceId id;
    Of cursors;
  };
  Of read;
  Of furthest;                  ///< of all devices, those that were forgotten included
  std::vector<Device> devices;  ///< that are known, the earliest adopted first
};

/// The port that keeps positions where they outlive the store that they are served from. It is written to behind that
/// one, so it may say less, never more. Thread-safe. Errors are unavailable: some of it may be written, all of it may
/// be given again.
class Positions {
 public:
  static constexpr std::size_t kMostDevices = 50;
  virtual ~Positions() = default;

  virtual Task<Result<UserPositions>> load(const UserKey& user) = 0;
  virtual Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) = 0;

  struct Move {
    UserKey user;
    DeviceId device;  ///< empty: the user's read position
    Conversation conversation;
    Seq seq = 0;
  };
  /// Each forward, never back. A device that is not known is known from then on, with these positions alone: how far
  /// the others were when the store that is served from adopted it nobody says here, and it must not get ahead.
  virtual Task<Result<void>> move(std::vector<Move> moves) = 0;
  /// As CursorStore::adopt_device: a new one starts at the furthest, a known one counts as adopted anew, beyond
  /// kMostDevices the least recently adopted is forgotten.
  virtual Task<Result<void>> adopt_device(const UserKey& user, const DeviceId& device) = 0;

  /// Names the life of the inbox that positions are kept of: what was named first. It outlives the store that they are
  /// served from.
  virtual Task<Result<std::string>> epoch(std::string proposed) = 0;
};

}  // namespace godwit::offline

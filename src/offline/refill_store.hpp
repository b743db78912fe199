#pragma once
#include <string>
#include <utility>
#include <vector>

#include "offline/positions.hpp"
#include "offline/timeline.hpp"

namespace godwit::offline {

/// The port to what is kept of an inbox elsewhere, for an engine that may lose some of what it holds, or all. What it
/// brings is merged: stays are a set, positions move forward. Thread-safe. Errors are unavailable.
class RefillStore {
 public:
  virtual ~RefillStore() = default;

  struct OfUser {
    std::vector<std::pair<Conversation, StayEvent>> stays;
    UserPositions positions;
  };
  virtual Task<Result<OfUser>> of_user(const UserKey& user) = 0;
  virtual Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) = 0;

  /// How far a conversation goes, and what is left of the messages that expired.
  struct OfConversation {
    Conversation conversation;
    Head head{};
    Seq floor = 0;                                       ///< the last that expired; `entries` has those above it
    std::vector<std::pair<UserKey, StayEvent>> stays{};  ///< of the messages up to `floor`
  };
  /// In the order given.
  virtual Task<Result<std::vector<OfConversation>>> of_conversations(std::vector<Conversation> conversations) = 0;
  /// All joins and leaves of a conversation that are committed, in any order.
  virtual Task<Result<std::vector<std::pair<UserKey, StayEvent>>>> stays(const Conversation& conversation) = 0;
  /// Ascending, from behind `after` on; fewer than `limit`: that was all.
  virtual Task<Result<std::vector<MessagePtr>>> entries(const Conversation& conversation, Seq after,
                                                        std::size_t limit) = 0;

  /// What the engine has and was never told elsewhere: it comes from a time before anything was kept, or was brought by
  /// a move. Merged there, too. Of `positions` the furthest are not looked at.
  virtual Task<Result<void>> keep(const UserKey& user, OfUser found) = 0;
  virtual Task<Result<void>> keep(const Conversation& conversation,
                                  std::vector<std::pair<UserKey, StayEvent>> stays) = 0;

  /// As Positions::epoch.
  virtual Task<Result<std::string>> epoch(std::string proposed) = 0;
};

}  // namespace godwit::offline

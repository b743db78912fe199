#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "domain/people.hpp"

namespace godwit::user {

enum class Box : char { in, out };

/// Where a box goes on: newest first, by (created_at, id). Empty id: from the newest.
struct BoxPlace {
  Millis created_at = 0;
  RequestId id{};
};

struct NewFriendRequest {
  RequestId id;
  UserKey sender, receiver;
  std::string note;
  Millis created_at = 0;
};

/// What a new request has to be held against.
struct RequestStanding {
  std::size_t sent = 0;      ///< pending ones of the sender
  std::size_t received = 0;  ///< pending ones that wait for the receiver
  Millis rejected_at = 0;    ///< when the last one between the two was rejected; 0: never, or longer ago than kept
};

/// The port of friend requests. Used inside a transaction, on its thread. Never cached. Errors: unavailable.
/// At most one pending request a (sender, receiver).
class FriendRequestStore {
 public:
  virtual ~FriendRequestStore() = default;

  virtual Result<void> add(const NewFriendRequest& request) = 0;
  virtual Result<std::optional<FriendRequest>> find(const RequestId& id) = 0;
  virtual Result<std::optional<FriendRequest>> pending(const UserKey& sender, const UserKey& receiver) = 0;
  /// False where it is not pending any more.
  virtual Result<bool> answer(const RequestId& id, RequestState state, Millis at) = 0;
  virtual Result<RequestStanding> standing(const UserKey& sender, const UserKey& receiver) = 0;
  /// Answered ones included.
  virtual Result<std::vector<FriendRequest>> list(const UserKey& user, Box box, const BoxPlace& after,
                                                  std::size_t limit) = 0;
};

struct NewGroupRequest {
  RequestId id;
  UserKey sender;
  GroupKey group;
  std::string note;
  RequestState state = RequestState::pending;  ///< approved at once where the group is open
  Millis created_at = 0;
};

/// The port of requests to join a group. As above; at most one pending a (sender, group).
class GroupRequestStore {
 public:
  virtual ~GroupRequestStore() = default;

  virtual Result<void> add(const NewGroupRequest& request) = 0;
  virtual Result<std::optional<GroupRequest>> find(const RequestId& id) = 0;
  virtual Result<std::optional<GroupRequest>> pending(const UserKey& sender, const GroupKey& group) = 0;
  virtual Result<bool> answer(const RequestId& id, RequestState state, Millis at) = 0;
  virtual Result<RequestStanding> standing(const UserKey& sender, const GroupKey& group) = 0;
  /// in: of the groups that `user` owns or administers; out: `user`'s own.
  virtual Result<std::vector<GroupRequest>> list(const UserKey& user, Box box, const BoxPlace& after,
                                                 std::size_t limit) = 0;
  /// Rejects what is pending; for a group that is dissolved.
  virtual Result<void> reject_all(const GroupKey& group, Millis at) = 0;
};

}  // namespace godwit::user

#pragma once
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "domain/ids.hpp"

namespace godwit {

struct User {
  UserKey key;
  std::string name, bio, avatar;
  Millis created_at = 0;
  bool disabled = false;
  bool admin = false;  ///< may make the admin page's calls
  bool group_invites = true;  ///< friends may take this person into groups
};

/// What lists show of a person: `{key,name,avatar}`.
struct Card {
  std::string key, name, avatar;
};

/// Who makes a call: proven by the gateway from a token and a live session.
struct Identity {
  UserKey user;
  SessionId session;
  DeviceId device;
  Millis expires_at = 0;  ///< of the token
};

struct Session {
  SessionId id;
  UserKey user;
  DeviceId device;
  std::string device_name;
  Millis created_at = 0, last_seen_at = 0, expires_at = 0;
};

struct Friend {
  Card user;
  std::string alias;
  Millis since = 0;
};

enum class RequestState : char { pending = 'p', approved = 'a', rejected = 'r' };

struct FriendRequest {
  RequestId id;
  Card sender, receiver;
  std::string note;
  RequestState state = RequestState::pending;
  Millis created_at = 0;
};

/// What stands between two people, from the first one's side.
struct DirectRelation {
  bool exists = false;  ///< the other account is there
  bool friends = false;
  bool blocked = false;  ///< in either direction
};

enum class Role : char { owner = 'o', admin = 'a', member = 'm' };
enum class JoinPolicy : char { approval = 'a', open = 'o', closed = 'c' };

struct Group {
  GroupKey key;
  std::string name, notice, avatar;
  JoinPolicy policy = JoinPolicy::approval;
  UserKey owner;
  std::uint32_t member_count = 0;
  Millis created_at = 0;
};

struct Member {
  UserKey user;
  Role role = Role::member;
  Millis muted_until = 0;  ///< 0: not muted
  Millis joined_at = 0;
};

struct GroupRequest {
  RequestId id;
  Card sender;
  Card group;
  std::string note;
  RequestState state = RequestState::pending;
  Millis created_at = 0;
};

/// A group with its members, as caches hold it: immutable, shared by everyone who reads it.
struct Roster {
  Group group;
  std::shared_ptr<const std::vector<UserKey>> audience;  ///< every member's key, sorted: who a message goes to
  std::unordered_map<UserKey, Member> members;

  [[nodiscard]] const Member* find(const UserKey& user) const {
    const auto found = members.find(user);
    return found == members.end() ? nullptr : &found->second;
  }
};

}  // namespace godwit

#pragma once
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "engine/memory/table.hpp"
#include "user/store/tables.hpp"

namespace godwit::engine::memory {

/// One side of a friendship; both sides have a row.
struct Tie {
  std::string alias;
  Millis since = 0;
};

template <class Request>
struct Asked {
  Request request;
  RequestState state = RequestState::pending;
  Millis answered_at = 0;  ///< 0: pending
};
using AskedFriend = Asked<user::NewFriendRequest>;
using AskedGroup = Asked<user::NewGroupRequest>;

struct KeptGroup {
  Group group;
  bool dissolved = false;
};

/// All tables of the accounts store: a value, cheap to copy.
struct AccountRows {
  Table<UserKey, user::Account> accounts{};
  Table<SessionId, Session> sessions{};
  Table<std::pair<UserKey, UserKey>, Tie> friends{};
  Table<std::pair<UserKey, UserKey>, Millis> blocks{};  ///< (who, whom) → since
  Table<RequestId, AskedFriend> friend_requests{};
  Table<RequestId, AskedGroup> group_requests{};
  Table<GroupKey, KeptGroup> groups{};
  Table<std::pair<GroupKey, UserKey>, Member> members{};
  Table<std::pair<GroupKey, UserKey>, Millis> mutes{};  ///< of those who left
  Table<std::string, user::ServiceKey> service_keys{};
  Table<std::string, user::Invite> invites{};
  Table<std::int64_t, user::Notice> outbox{};
  Table<std::int64_t, user::AuditEntry> audit{};
  Table<std::int64_t, std::vector<changes::Change>> changes{};
  std::int64_t last_notice = 0, last_deed = 0, last_change = 0;
};

/// What an accounts store leaves behind: outlives the store objects on it, of which there is one at a time.
/// Thread-safe.
class AccountsDisk {
 public:
  [[nodiscard]] AccountRows rows() const {
    const std::lock_guard lock(mutex_);
    return rows_;
  }
  /// `durability` synced: this and all before it stays, whatever happens.
  void commit(AccountRows rows, user::Durability durability) {
    const std::lock_guard lock(mutex_);
    rows_ = std::move(rows);
    if (durability == user::Durability::synced) synced_ = rows_;
  }
  /// A power cut: what was not synced is gone.
  void lose_unsynced() {
    const std::lock_guard lock(mutex_);
    rows_ = synced_;
  }

 private:
  mutable std::mutex mutex_;
  AccountRows rows_, synced_;
};

}  // namespace godwit::engine::memory

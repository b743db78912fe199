#pragma once
#include "engine/memory/accounts_disk.hpp"

/// The tables' ports, each on the rows of one transaction. None of them fails.
namespace godwit::engine::memory {

class Accounts final : public user::AccountStore {
 public:
  explicit Accounts(AccountRows& rows) : rows_(rows) {}

  Result<bool> add(const user::Account& account) override;
  Result<std::optional<user::Account>> find(const UserKey& key) override;
  Result<bool> change_profile(const User& user) override;
  Result<bool> set_password(const UserKey& key, const std::string& hash) override;
  Result<bool> set_disabled(const UserKey& key, bool disabled) override;
  Result<std::vector<Card>> cards(std::span<const UserKey> keys) override;
  Result<std::vector<user::Found>> search(const std::string& prefix, const user::SearchPlace& after,
                                          std::size_t limit) override;
  Result<std::vector<User>> list(const UserKey& after, std::size_t limit) override;

 private:
  AccountRows& rows_;
};

class Admins final : public user::AdminStore {
 public:
  explicit Admins(AccountRows& rows) : rows_(rows) {}

  Result<bool> set_admin(const UserKey& key, bool admin) override;
  Result<std::vector<User>> accounts(const std::string& prefix, const UserKey& after, std::size_t limit) override;
  Result<std::vector<Group>> groups(const std::string& prefix, const GroupKey& after, std::size_t limit) override;
  Result<user::Census> count(Millis now) override;
  Result<user::Ties> ties(const UserKey& user) override;

 private:
  AccountRows& rows_;
};

class AuditLog final : public user::AuditStore {
 public:
  explicit AuditLog(AccountRows& rows) : rows_(rows) {}

  Result<void> add(const user::AuditEntry& entry, std::size_t keep) override;
  Result<std::vector<user::AuditEntry>> list(std::int64_t before, std::size_t limit) override;

 private:
  AccountRows& rows_;
};

class Sessions final : public user::SessionStore {
 public:
  explicit Sessions(AccountRows& rows) : rows_(rows) {}

  Result<void> add(const Session& session) override;
  Result<std::optional<Session>> find(const SessionId& id) override;
  Result<std::vector<Session>> of_user(const UserKey& user) override;
  Result<bool> remove(const SessionId& id) override;
  Result<void> touch(std::span<const std::pair<SessionId, Millis>> seen) override;

 private:
  AccountRows& rows_;
};

class Friends final : public user::FriendStore {
 public:
  explicit Friends(AccountRows& rows) : rows_(rows) {}

  Result<bool> add(const UserKey& a, const UserKey& b, Millis since) override;
  Result<bool> remove(const UserKey& a, const UserKey& b) override;
  Result<bool> are_friends(const UserKey& a, const UserKey& b) override;
  Result<std::optional<Friend>> find(const UserKey& user, const UserKey& other) override;
  Result<bool> set_alias(const UserKey& user, const UserKey& other, const std::string& alias) override;
  Result<std::vector<Friend>> list(const UserKey& user, const UserKey& after, std::size_t limit) override;
  Result<std::vector<UserKey>> awake(const UserKey& user) override;
  Result<std::size_t> count(const UserKey& user) override;

 private:
  AccountRows& rows_;
};

class Blocks final : public user::BlockStore {
 public:
  explicit Blocks(AccountRows& rows) : rows_(rows) {}

  Result<bool> add(const UserKey& user, const UserKey& other, Millis since) override;
  Result<bool> remove(const UserKey& user, const UserKey& other) override;
  Result<bool> between(const UserKey& a, const UserKey& b) override;
  Result<std::vector<user::Blocked>> list(const UserKey& user, const UserKey& after, std::size_t limit) override;

 private:
  AccountRows& rows_;
};

class FriendRequests final : public user::FriendRequestStore {
 public:
  explicit FriendRequests(AccountRows& rows) : rows_(rows) {}

  Result<void> add(const user::NewFriendRequest& request) override;
  Result<std::optional<FriendRequest>> find(const RequestId& id) override;
  Result<std::optional<FriendRequest>> pending(const UserKey& sender, const UserKey& receiver) override;
  Result<bool> answer(const RequestId& id, RequestState state, Millis at) override;
  Result<user::RequestStanding> standing(const UserKey& sender, const UserKey& receiver) override;
  Result<std::vector<FriendRequest>> list(const UserKey& user, user::Box box, const user::BoxPlace& after,
                                          std::size_t limit) override;

 private:
  AccountRows& rows_;
};

class GroupRequests final : public user::GroupRequestStore {
 public:
  explicit GroupRequests(AccountRows& rows) : rows_(rows) {}

  Result<void> add(const user::NewGroupRequest& request) override;
  Result<std::optional<GroupRequest>> find(const RequestId& id) override;
  Result<std::optional<GroupRequest>> pending(const UserKey& sender, const GroupKey& group) override;
  Result<bool> answer(const RequestId& id, RequestState state, Millis at) override;
  Result<user::RequestStanding> standing(const UserKey& sender, const GroupKey& group) override;
  Result<std::vector<GroupRequest>> list(const UserKey& user, user::Box box, const user::BoxPlace& after,
                                         std::size_t limit) override;
  Result<void> reject_all(const GroupKey& group, Millis at) override;

 private:
  AccountRows& rows_;
};

class Groups final : public user::GroupStore {
 public:
  explicit Groups(AccountRows& rows) : rows_(rows) {}

  Result<void> add(const Group& group) override;
  Result<std::optional<Group>> find(const GroupKey& key) override;
  Result<void> change(const Group& group) override;
  Result<void> dissolve(const GroupKey& key) override;
  Result<std::vector<user::GroupOfMine>> list(const UserKey& user, const GroupKey& after, std::size_t limit) override;
  Result<std::shared_ptr<const Roster>> roster(const GroupKey& key) override;
  Result<std::vector<Card>> cards(std::span<const GroupKey> keys) override;

 private:
  AccountRows& rows_;
};

class Members final : public user::MemberStore {
 public:
  explicit Members(AccountRows& rows) : rows_(rows) {}

  Result<bool> add(const GroupKey& group, const Member& member) override;
  Result<bool> remove(const GroupKey& group, const UserKey& user) override;
  Result<std::optional<Member>> find(const GroupKey& group, const UserKey& user) override;
  Result<void> change(const GroupKey& group, const Member& member) override;
  Result<std::vector<user::MemberRow>> list(const GroupKey& group, const UserKey& after, std::size_t limit) override;
  Result<std::vector<UserKey>> managers(const GroupKey& group) override;
  Result<std::vector<UserKey>> keys(const GroupKey& group) override;
  Result<user::Memberships> count(const UserKey& user) override;

 private:
  AccountRows& rows_;
};

class ServiceKeys final : public user::ServiceKeyStore {
 public:
  explicit ServiceKeys(AccountRows& rows) : rows_(rows) {}

  Result<void> add(const user::ServiceKey& key) override;
  Result<std::optional<user::ServiceKey>> find(const std::string& id) override;
  Result<std::vector<user::ServiceKey>> named(const std::string& name) override;
  Result<bool> remove(const std::string& id) override;
  Result<std::vector<user::ServiceKey>> list(const std::string& after, std::size_t limit) override;
  Result<void> touch(std::span<const std::pair<std::string, Millis>> used) override;

 private:
  AccountRows& rows_;
};

class Invites final : public user::InviteStore {
 public:
  explicit Invites(AccountRows& rows) : rows_(rows) {}

  Result<void> add(const user::Invite& invite) override;
  Result<std::optional<user::Invite>> find(const std::string& id) override;
  Result<bool> use(const std::string& id) override;
  Result<bool> remove(const std::string& id) override;
  Result<std::vector<user::Invite>> list(const std::string& after, std::size_t limit) override;

 private:
  AccountRows& rows_;
};

class Outbox final : public user::NoticeOutbox {
 public:
  explicit Outbox(AccountRows& rows) : rows_(rows) {}

  Result<void> add(const user::Notice& notice) override;
  Result<std::vector<user::WaitingNotice>> of(const Conversation& conversation, std::size_t limit) override;
  Result<std::vector<Conversation>> waiting(const std::string& after, std::size_t limit) override;
  Result<void> remove(std::span<const std::int64_t> ordinals) override;

 private:
  AccountRows& rows_;
};

class Changes final : public user::ChangeOutbox {
 public:
  explicit Changes(AccountRows& rows) : rows_(rows) {}

  Result<std::int64_t> add(std::span<const changes::Change> changes) override;
  Result<std::vector<user::WaitingChanges>> waiting(std::int64_t after, std::size_t limit) override;
  Result<void> remove(std::span<const std::int64_t> ordinals) override;

 private:
  AccountRows& rows_;
};

class Tidy final : public user::TidyStore {
 public:
  explicit Tidy(AccountRows& rows) : rows_(rows) {}

  Result<std::vector<SessionId>> expired_sessions(Millis before, std::size_t limit) override;
  Result<std::size_t> answered_requests(Millis before, std::size_t limit) override;
  Result<std::size_t> past_mutes(Millis before, std::size_t limit) override;

 private:
  AccountRows& rows_;
};

/// All of them on one transaction's rows.
class AccountsTables {
 public:
  explicit AccountsTables(AccountRows& rows)
      : accounts_(rows),
        sessions_(rows),
        friends_(rows),
        blocks_(rows),
        friend_requests_(rows),
        group_requests_(rows),
        groups_(rows),
        members_(rows),
        service_keys_(rows),
        outbox_(rows),
        admins_(rows),
        audit_(rows),
        tidy_(rows),
        invites_(rows),
        changes_(rows) {}
  AccountsTables(const AccountsTables&) = delete;
  AccountsTables& operator=(const AccountsTables&) = delete;

  [[nodiscard]] user::Tables& tables() { return tables_; }

 private:
  Accounts accounts_;
  Sessions sessions_;
  Friends friends_;
  Blocks blocks_;
  FriendRequests friend_requests_;
  GroupRequests group_requests_;
  Groups groups_;
  Members members_;
  ServiceKeys service_keys_;
  Outbox outbox_;
  Admins admins_;
  AuditLog audit_;
  Tidy tidy_;
  Invites invites_;
  Changes changes_;
  user::NoLocks locks_;
  user::Tables tables_{accounts_, sessions_, friends_,      blocks_, friend_requests_, group_requests_,
                       groups_,   members_,  service_keys_, outbox_, admins_,          audit_,
                       tidy_,     invites_,  changes_,      locks_};
};

/// Rows by key from behind `after` on, as `answer(key, row)` (an optional) makes them; those it answers nothing for are
/// passed over.
template <class T, class Rows, class Key, class Answer>
std::vector<T> page(const Rows& rows, const Key& after, std::size_t limit, Answer answer) {
  std::vector<T> out;
  for (auto at = rows.upper_bound(after); at != rows.end() && out.size() < limit; ++at) {
    if (std::optional<T> one = answer(at->first, at->second)) out.push_back(std::move(*one));
  }
  return out;
}

/// One with an empty key where there is no such account.
[[nodiscard]] Card card_of(const AccountRows& rows, const UserKey& key);

}  // namespace godwit::engine::memory

#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <string>
#include <vector>

#include "domain/text.hpp"
#include "user/store/tables.hpp"

/// A store that is as hard on work as the port's contract allows, and sees whether work keeps to it. In front of any
/// engine; every suite of the role runs on it.
///   - each work runs twice, what the first run did is undone: nothing outside may tell.
///   - what a write decides about is held before it looks (WriteLocks).
///   - what others have copies of is in the outbox of changes when the write ends, where the log wants it there.
namespace godwit::user::suite {

/// Sees one run of one write.
class Watch {
 public:
  void looked() { looked_ = true; }
  void hold(std::span<const UserKey> users, std::span<const GroupKey> groups) {
    if (looked_) complain("looked before it held anything");
    if (!held_.empty()) complain("held twice");
    for (const auto& user : users) held_.insert("user " + user.str());
    for (const auto& group : groups) held_.insert("group " + group.str());
  }
  void made(const GroupKey& group) { held_.insert("group " + group.str()); }
  void needs(const UserKey& user) { need("user " + user.str()); }
  void needs(const GroupKey& group) { need("group " + group.str()); }
  void owes(changes::Change change) { owed_.push_back(std::move(change)); }
  void told(std::span<const changes::Change> changes) { told_.insert(told_.end(), changes.begin(), changes.end()); }
  void ended_well() {
    for (const auto& change : owed_) {
      auto turned = change;
      if (change.kind == changes::Kind::pair) std::swap(turned.user, turned.other);
      if (std::ranges::find(told_, change) == told_.end() && std::ranges::find(told_, turned) == told_.end())
        complain("does not tell of " + std::string(1, static_cast<char>(change.kind)) + " " + change.user.str() +
                 change.group.str() + change.session.str());
    }
  }

 private:
  void need(const std::string& name) {
    if (!held_.contains(name)) complain("decides about " + name + ", and does not hold it");
  }
  static void complain(const std::string& what) { FAIL_CHECK("a write " << what); }

  bool looked_ = false;
  std::set<std::string> held_;
  std::vector<changes::Change> owed_, told_;
};

/// A port, with what its verbs need and owe beside them.
template <class Port>
class Watched : public Port {
 public:
  Watched(Port& inner, Watch& watch) : inner_(inner), watch_(watch) {}

 protected:
  Port& looking() {
    watch_.looked();
    return inner_;
  }
  Result<bool> telling(Result<bool> done, changes::Change change) {
    if (done && *done) watch_.owes(std::move(change));
    return done;
  }
  Port& inner_;
  Watch& watch_;
};

class WatchedSessions final : public Watched<SessionStore> {
 public:
  using Watched::Watched;
  Result<void> add(const Session& session) override {
    watch_.needs(session.user);
    return inner_.add(session);
  }
  Result<std::optional<Session>> find(const SessionId& id) override { return inner_.find(id); }
  Result<std::vector<Session>> of_user(const UserKey& user) override { return looking().of_user(user); }
  Result<bool> remove(const SessionId& id) override { return telling(inner_.remove(id), changes::session_ended(id)); }
  Result<void> touch(std::span<const std::pair<SessionId, Millis>> seen) override { return inner_.touch(seen); }
};

class WatchedAccounts final : public Watched<AccountStore> {
 public:
  using Watched::Watched;
  Result<bool> add(const Account& account) override {
    watch_.needs(account.user.key);
    return inner_.add(account);
  }
  Result<std::optional<Account>> find(const UserKey& key) override { return looking().find(key); }
  Result<bool> change_profile(const User& user) override {
    watch_.needs(user.key);
    TRY(const auto before, inner_.find(user.key));
    if (before && (before->user.name != user.name || before->user.avatar != user.avatar))
      watch_.owes(changes::card(user.key));
    return inner_.change_profile(user);
  }
  Result<bool> set_password(const UserKey& key, const std::string& hash) override {
    watch_.needs(key);
    return inner_.set_password(key, hash);
  }
  Result<bool> set_disabled(const UserKey& key, bool disabled) override {
    watch_.needs(key);
    return inner_.set_disabled(key, disabled);
  }
  Result<std::vector<Card>> cards(std::span<const UserKey> keys) override { return inner_.cards(keys); }
  Result<std::vector<Found>> search(const std::string& prefix, const SearchPlace& after, std::size_t limit) override {
    return inner_.search(prefix, after, limit);
  }
  Result<std::vector<User>> list(const UserKey& after, std::size_t limit) override { return inner_.list(after, limit); }
};

class WatchedFriends final : public Watched<FriendStore> {
 public:
  using Watched::Watched;
  Result<bool> add(const UserKey& a, const UserKey& b, Millis since) override {
    need(a, b);
    return telling(inner_.add(a, b, since), changes::pair(a, b));
  }
  Result<bool> remove(const UserKey& a, const UserKey& b) override {
    need(a, b);
    return telling(inner_.remove(a, b), changes::pair(a, b));
  }
  Result<bool> are_friends(const UserKey& a, const UserKey& b) override { return looking().are_friends(a, b); }
  Result<std::optional<Friend>> find(const UserKey& user, const UserKey& other) override {
    return inner_.find(user, other);
  }
  Result<bool> set_alias(const UserKey& user, const UserKey& other, const std::string& alias) override {
    return inner_.set_alias(user, other, alias);
  }
  Result<std::vector<Friend>> list(const UserKey& user, const UserKey& after, std::size_t limit) override {
    return inner_.list(user, after, limit);
  }
  Result<std::vector<UserKey>> awake(const UserKey& user) override { return looking().awake(user); }
  Result<std::size_t> count(const UserKey& user) override { return looking().count(user); }

 private:
  void need(const UserKey& a, const UserKey& b) {
    watch_.needs(a);
    watch_.needs(b);
  }
};

class WatchedBlocks final : public Watched<BlockStore> {
 public:
  using Watched::Watched;
  Result<bool> add(const UserKey& user, const UserKey& other, Millis since) override {
    watch_.needs(user);
    watch_.needs(other);
    return telling(inner_.add(user, other, since), changes::pair(user, other));
  }
  Result<bool> remove(const UserKey& user, const UserKey& other) override {
    watch_.needs(user);
    watch_.needs(other);
    return telling(inner_.remove(user, other), changes::pair(user, other));
  }
  Result<bool> between(const UserKey& a, const UserKey& b) override { return looking().between(a, b); }
  Result<std::vector<Blocked>> list(const UserKey& user, const UserKey& after, std::size_t limit) override {
    return inner_.list(user, after, limit);
  }
};

class WatchedFriendRequests final : public Watched<FriendRequestStore> {
 public:
  using Watched::Watched;
  Result<void> add(const NewFriendRequest& request) override {
    watch_.needs(request.sender);
    watch_.needs(request.receiver);
    return inner_.add(request);
  }
  Result<std::optional<FriendRequest>> find(const RequestId& id) override { return inner_.find(id); }
  Result<std::optional<FriendRequest>> pending(const UserKey& sender, const UserKey& receiver) override {
    return looking().pending(sender, receiver);
  }
  Result<bool> answer(const RequestId& id, RequestState state, Millis at) override {
    return inner_.answer(id, state, at);
  }
  Result<RequestStanding> standing(const UserKey& sender, const UserKey& receiver) override {
    return looking().standing(sender, receiver);
  }
  Result<std::vector<FriendRequest>> list(const UserKey& user, Box box, const BoxPlace& after,
                                          std::size_t limit) override {
    return inner_.list(user, box, after, limit);
  }
};

class WatchedGroupRequests final : public Watched<GroupRequestStore> {
 public:
  using Watched::Watched;
  Result<void> add(const NewGroupRequest& request) override {
    watch_.needs(request.sender);
    watch_.needs(request.group);
    return inner_.add(request);
  }
  Result<std::optional<GroupRequest>> find(const RequestId& id) override { return inner_.find(id); }
  Result<std::optional<GroupRequest>> pending(const UserKey& sender, const GroupKey& group) override {
    return looking().pending(sender, group);
  }
  Result<bool> answer(const RequestId& id, RequestState state, Millis at) override {
    return inner_.answer(id, state, at);
  }
  Result<RequestStanding> standing(const UserKey& sender, const GroupKey& group) override {
    return looking().standing(sender, group);
  }
  Result<std::vector<GroupRequest>> list(const UserKey& user, Box box, const BoxPlace& after,
                                         std::size_t limit) override {
    return inner_.list(user, box, after, limit);
  }
  Result<void> reject_all(const GroupKey& group, Millis at) override {
    watch_.needs(group);
    return inner_.reject_all(group, at);
  }
};

class WatchedGroups final : public Watched<GroupStore> {
 public:
  using Watched::Watched;
  Result<void> add(const Group& group) override {
    watch_.needs(group.owner);
    watch_.made(group.key);
    return inner_.add(group);
  }
  Result<std::optional<Group>> find(const GroupKey& key) override { return looking().find(key); }
  Result<void> change(const Group& group) override {
    becomes_another(group.key);
    return inner_.change(group);
  }
  Result<void> dissolve(const GroupKey& key) override {
    becomes_another(key);
    return inner_.dissolve(key);
  }
  Result<std::vector<GroupOfMine>> list(const UserKey& user, const GroupKey& after, std::size_t limit) override {
    return inner_.list(user, after, limit);
  }
  Result<std::shared_ptr<const Roster>> roster(const GroupKey& key) override { return inner_.roster(key); }
  Result<std::vector<Card>> cards(std::span<const GroupKey> keys) override { return inner_.cards(keys); }

 private:
  void becomes_another(const GroupKey& key) {
    watch_.needs(key);
    watch_.owes(changes::group(key));
  }
};

class WatchedMembers final : public Watched<MemberStore> {
 public:
  using Watched::Watched;
  Result<bool> add(const GroupKey& group, const Member& member) override {
    watch_.needs(group);
    watch_.needs(member.user);  // how many groups they are in
    return telling(inner_.add(group, member), changes::group(group));
  }
  Result<bool> remove(const GroupKey& group, const UserKey& user) override {
    watch_.needs(group);
    return telling(inner_.remove(group, user), changes::group(group));
  }
  Result<std::optional<Member>> find(const GroupKey& group, const UserKey& user) override {
    return looking().find(group, user);
  }
  Result<void> change(const GroupKey& group, const Member& member) override {
    watch_.needs(group);
    if (member.role == Role::owner) watch_.needs(member.user);  // how many groups they own
    watch_.owes(changes::group(group));
    return inner_.change(group, member);
  }
  Result<std::vector<MemberRow>> list(const GroupKey& group, const UserKey& after, std::size_t limit) override {
    return inner_.list(group, after, limit);
  }
  Result<std::vector<UserKey>> managers(const GroupKey& group) override { return looking().managers(group); }
  Result<std::vector<UserKey>> keys(const GroupKey& group) override { return looking().keys(group); }
  Result<Memberships> count(const UserKey& user) override { return looking().count(user); }
};

class WatchedServiceKeys final : public Watched<ServiceKeyStore> {
 public:
  using Watched::Watched;
  Result<void> add(const ServiceKey& key) override {
    watch_.needs(UserKey(lower(key.name)));
    return inner_.add(key);
  }
  Result<std::optional<ServiceKey>> find(const std::string& id) override { return inner_.find(id); }
  Result<std::vector<ServiceKey>> named(const std::string& name) override { return looking().named(name); }
  Result<bool> remove(const std::string& id) override { return inner_.remove(id); }
  Result<std::vector<ServiceKey>> list(const std::string& after, std::size_t limit) override {
    return inner_.list(after, limit);
  }
  Result<void> touch(std::span<const std::pair<std::string, Millis>> used) override { return inner_.touch(used); }
};

class WatchedChanges final : public Watched<ChangeOutbox> {
 public:
  using Watched::Watched;
  Result<std::int64_t> add(std::span<const changes::Change> changes) override {
    watch_.told(changes);
    return inner_.add(changes);
  }
  Result<std::vector<WaitingChanges>> waiting(std::int64_t after, std::size_t limit) override {
    return inner_.waiting(after, limit);
  }
  Result<void> remove(std::span<const std::int64_t> ordinals) override { return inner_.remove(ordinals); }
};

class WatchedLocks final : public Watched<WriteLocks> {
 public:
  using Watched::Watched;
  Result<void> hold(std::span<const UserKey> users, std::span<const GroupKey> groups) override {
    watch_.hold(users, groups);
    return inner_.hold(users, groups);
  }
};

/// The tables of one run.
struct WatchedTables {
  explicit WatchedTables(Tables& inner)
      : accounts(inner.accounts, watch),
        sessions(inner.sessions, watch),
        friends(inner.friends, watch),
        blocks(inner.blocks, watch),
        friend_requests(inner.friend_requests, watch),
        group_requests(inner.group_requests, watch),
        groups(inner.groups, watch),
        members(inner.members, watch),
        service_keys(inner.service_keys, watch),
        changes(inner.changes, watch),
        locks(inner.locks, watch),
        tables{accounts,     sessions,     friends,      blocks,      friend_requests, group_requests, groups,  members,
               service_keys, inner.outbox, inner.admins, inner.audit, inner.tidy,      inner.invites,  changes, locks} {
  }
  WatchedTables(const WatchedTables&) = delete;

  Watch watch;
  WatchedAccounts accounts;
  WatchedSessions sessions;
  WatchedFriends friends;
  WatchedBlocks blocks;
  WatchedFriendRequests friend_requests;
  WatchedGroupRequests group_requests;
  WatchedGroups groups;
  WatchedMembers members;
  WatchedServiceKeys service_keys;
  WatchedChanges changes;
  WatchedLocks locks;
  Tables tables;
};

class WatchedStore final : public Store {
 public:
  /// `log`: of changes; says whether they are written down.
  WatchedStore(Store& inner, const changes::ChangeLog& log) : inner_(inner), log_(log) {}

  Task<Result<void>> run_read(const Work& work, std::string lane) override {
    const Work twice = [&work](Tables& tables) {
      (void)work(tables);
      return work(tables);
    };
    ++reads;
    co_return co_await inner_.run_read(twice, std::move(lane));
  }
  Task<Result<void>> run_write(const Work& work, Durability durability) override {
    const Work undone = [&work](Tables& tables) -> Result<void> {
      (void)work(tables);
      return fail(Code::internal, "so that it is undone");
    };
    const auto first = co_await inner_.run_write(undone, durability);
    if (first.error().code == Code::unavailable) co_return first;
    const Work watched = [&](Tables& tables) -> Result<void> {
      WatchedTables seen(tables);
      auto done = work(seen.tables);
      if (done && log_.outlives_publisher()) seen.watch.ended_well();
      return done;
    };
    co_return co_await inner_.run_write(watched, durability);
  }

  std::atomic<int> reads{0};  ///< transactions that were asked for

 private:
  Store& inner_;
  const changes::ChangeLog& log_;
};

}  // namespace godwit::user::suite

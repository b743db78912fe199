#pragma once
#include "rpc/user_client.hpp"

namespace godwit::rpc {

/// The user role, elsewhere, with copies here of what every send asks: relations, friends, rosters, cards (as in the
/// role itself, service/user_copies.hpp). The rest, and what must not be a copy, is asked each time. What is copied
/// knows of every change that this process had heard of when it was asked for: whoever answers has heard of it, too.
class CachedUsers final : public user::Service, private changes::Follower {
 public:
  /// All of it outlives this.
  CachedUsers(UserClient& role, changes::ChangeFeed& feed, const user::Copies::Settings& settings, const Clock& clock)
      : role_(role), feed_(feed), copies_(role, feed, settings, clock) {
    feed_.add(*this);
    copies_.followed();
  }
  CachedUsers(const CachedUsers&) = delete;
  CachedUsers& operator=(const CachedUsers&) = delete;
  ~CachedUsers() override { feed_.remove(*this); }

  Task<Result<user::Proven>> authenticate(std::string_view token) override { return role_.authenticate(token); }
  Task<Result<user::Proven>> prove_again(Identity who) override { return role_.prove_again(std::move(who)); }
  Task<Result<user::ServiceIdentity>> authenticate_service(std::string_view key) override {
    return role_.authenticate_service(key);
  }
  Task<Result<bool>> is_admin(const UserKey& user) override { return role_.is_admin(user); }
  Task<Result<void>> record_deed(const UserKey& admin, user::Deed deed) override {
    return role_.record_deed(admin, std::move(deed));
  }
  void seen(const SessionId& session) override { role_.seen(session); }
  Task<Result<std::vector<UserKey>>> users_after(const UserKey& after, std::size_t limit) override {
    return role_.users_after(after, limit);
  }

  Task<Result<DirectRelation>> relation(const UserKey& from, const UserKey& to) override {
    return copies_.relation(from, to);
  }
  Task<Result<user::Keys>> awake_friends(const UserKey& user) override { return copies_.awake_friends(user); }
  Task<Result<std::shared_ptr<const Roster>>> roster(const GroupKey& group) override { return copies_.roster(group); }
  Task<Result<std::vector<Card>>> user_cards(const std::vector<UserKey>& keys) override {
    return copies_.user_cards(keys);
  }
  Task<Result<std::vector<Card>>> group_cards(const std::vector<GroupKey>& keys) override {
    return copies_.group_cards(keys);
  }

 private:
  void changed(std::span<const changes::Change> changes, changes::Position behind) override {
    copies_.changed(changes, behind);
  }
  void lost() override { copies_.lost(); }
  void resumed() override { copies_.resumed(); }
  void heard(changes::Position position, Millis) override { copies_.heard(position); }

  UserClient& role_;
  changes::ChangeFeed& feed_;
  user::Copies copies_;
};

}  // namespace godwit::rpc

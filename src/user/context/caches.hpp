#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/loading_cache.hpp"
#include "domain/people.hpp"
#include "service/change_feed.hpp"
#include "service/user_copies.hpp"
#include "user/context/settings.hpp"
#include "user/notices/announcer.hpp"
#include "user/store/store.hpp"

namespace godwit::user {

/// What every send and every call asks for, in memory: the copies that others keep, too (service/user_copies.hpp),
/// made from the store, and sessions under the same rules. Requests are never cached. Thread-safe.
class Caches final : public changes::Follower, private CopiesSource {
 public:
  Caches(Store& store, Announcer& announcer, changes::ChangeFeed& feed, const Settings& settings, const Clock& clock);
  ~Caches() override { feed_.remove(*this); }
  Caches(const Caches&) = delete;
  Caches& operator=(const Caches&) = delete;

  Task<Result<DirectRelation>> relation(const UserKey& from, const UserKey& to) { return copies_.relation(from, to); }
  Task<Result<Keys>> awake_friends(const UserKey& user) { return copies_.awake_friends(user); }
  /// Whoever is in it may read what is sent from now on: the notices that say so are published. not_found: none, or
  /// dissolved. unavailable, too: a notice of the group's cannot be published yet.
  Task<Result<std::shared_ptr<const Roster>>> roster(const GroupKey& group) { return copies_.roster(group); }
  Task<Result<std::vector<Card>>> user_cards(const std::vector<UserKey>& keys) { return copies_.user_cards(keys); }
  Task<Result<std::vector<Card>>> group_cards(const std::vector<GroupKey>& keys) { return copies_.group_cards(keys); }
  /// nullptr: there is no such session (any more).
  Task<Result<std::shared_ptr<const Session>>> session(const SessionId& id);

  void changed(std::span<const changes::Change> changes, changes::Position behind) override;
  void lost() override;
  void resumed() override;
  void heard(changes::Position position, Millis as_of) override;

 private:
  // The store is asked now, so it knows of every change that was told.
  Task<Result<DirectRelation>> load_relation(UserKey from, UserKey to, changes::Position) override;
  Task<Result<Keys>> load_awake_friends(UserKey user, changes::Position) override;
  Task<Result<std::shared_ptr<const Roster>>> load_roster(GroupKey group, changes::Position) override;
  Task<Result<std::vector<Card>>> load_user_cards(std::vector<UserKey> keys, changes::Position) override;
  Task<Result<std::vector<Card>>> load_group_cards(std::vector<GroupKey> keys, changes::Position) override;
  Task<Result<std::shared_ptr<const Session>>> load_session(SessionId id);

  Store& store_;
  Announcer& announcer_;
  changes::ChangeFeed& feed_;
  Copies copies_;
  LoadingCache<SessionId, std::shared_ptr<const Session>> sessions_;
};

}  // namespace godwit::user

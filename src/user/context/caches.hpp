#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/loading_cache.hpp"
#include "domain/people.hpp"
#include "service/change_feed.hpp"
#include "user/context/settings.hpp"
#include "user/store/store.hpp"

namespace godwit::user {

using Keys = std::shared_ptr<const std::vector<UserKey>>;

/// What every send asks for, in memory. Each answer is loaded from the store once, and forgotten when the change log
/// says that it became another, and after `cached_for_ms` anyway. Where the log was not heard for a second nothing kept
/// is trusted: the store is asked. Requests are never cached. Thread-safe.
class Caches final : public changes::Follower {
 public:
  Caches(Store& store, changes::ChangeFeed& feed, const Settings& settings, const Clock& clock);
  ~Caches() override { feed_.remove(*this); }
  Caches(const Caches&) = delete;
  Caches& operator=(const Caches&) = delete;

  Task<Result<DirectRelation>> relation(const UserKey& from, const UserKey& to);
  Task<Result<Keys>> awake_friends(const UserKey& user);
  /// not_found: none, or dissolved.
  Task<Result<std::shared_ptr<const Roster>>> roster(const GroupKey& group);
  /// nullptr: there is no such session (any more).
  Task<Result<std::shared_ptr<const Session>>> session(const SessionId& id);
  Task<Result<std::vector<Card>>> user_cards(const std::vector<UserKey>& keys);
  Task<Result<std::vector<Card>>> group_cards(const std::vector<GroupKey>& keys);

  void changed(std::span<const changes::Change> changes, changes::Position behind) override;
  void lost() override;

 private:
  struct Pair {
    UserKey low, high;
    friend bool operator==(const Pair&, const Pair&) = default;
  };
  struct PairHash {
    std::size_t operator()(const Pair& pair) const noexcept {
      const std::hash<UserKey> hash;
      return hash(pair.low) * 31 + hash(pair.high);
    }
  };
  static Pair pair_of(const UserKey& a, const UserKey& b) { return a < b ? Pair{a, b} : Pair{b, a}; }

  void forget(const changes::Change& change);
  /// What is kept, where that may be trusted.
  template <class Cache, class Key>
  auto kept(Cache& cache, const Key& key) -> decltype(cache.find(key)) {
    if (!feed_.fresh()) return std::nullopt;
    return cache.find(key);
  }

  Task<Result<DirectRelation>> load_relation(UserKey from, UserKey to);
  Task<Result<Keys>> load_awake(UserKey user);
  Task<Result<std::shared_ptr<const Roster>>> load_roster(GroupKey group);
  Task<Result<std::shared_ptr<const Session>>> load_session(SessionId id);

  Store& store_;
  changes::ChangeFeed& feed_;
  LoadingCache<Pair, DirectRelation, PairHash> relations_;
  LoadingCache<UserKey, Keys> awake_;
  LoadingCache<GroupKey, std::shared_ptr<const Roster>> rosters_;
  LoadingCache<SessionId, std::shared_ptr<const Session>> sessions_;
  LoadingCache<UserKey, Card> user_cards_;
  LoadingCache<GroupKey, Card> group_cards_;
};

}  // namespace godwit::user

#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/loading_cache.hpp"
#include "user/settings.hpp"
#include "user/store.hpp"

namespace godwit::user {

using Keys = std::shared_ptr<const std::vector<UserKey>>;

/// What every send asks for, in memory. Each answer is loaded from the store once; whoever changes something says so by
/// `forget_…` behind the commit and before the change is answered. Requests are never cached. Thread-safe.
class Caches {
 public:
  Caches(Store& store, const Settings& settings);

  Task<Result<DirectRelation>> relation(const UserKey& from, const UserKey& to);
  Task<Result<Keys>> awake_friends(const UserKey& user);
  /// not_found: none, or dissolved.
  Task<Result<std::shared_ptr<const Roster>>> roster(const GroupKey& group);
  /// nullptr: there is no such session (any more).
  Task<Result<std::shared_ptr<const Session>>> session(const SessionId& id);
  Task<Result<std::vector<Card>>> user_cards(const std::vector<UserKey>& keys);
  Task<Result<std::vector<Card>>> group_cards(const std::vector<GroupKey>& keys);

  void forget_pair(const UserKey& a, const UserKey& b);
  void forget_group(const GroupKey& group);
  void forget_session(const SessionId& id) { sessions_.invalidate(id); }
  void forget_card(const UserKey& user) { user_cards_.invalidate(user); }

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

  Task<Result<DirectRelation>> load_relation(UserKey from, UserKey to);
  Task<Result<Keys>> load_awake(UserKey user);
  Task<Result<std::shared_ptr<const Roster>>> load_roster(GroupKey group);
  Task<Result<std::shared_ptr<const Session>>> load_session(SessionId id);

  Store& store_;
  LoadingCache<Pair, DirectRelation, PairHash> relations_;
  LoadingCache<UserKey, Keys> awake_;
  LoadingCache<GroupKey, std::shared_ptr<const Roster>> rosters_;
  LoadingCache<SessionId, std::shared_ptr<const Session>> sessions_;
  LoadingCache<UserKey, Card> user_cards_;
  LoadingCache<GroupKey, Card> group_cards_;
};

}  // namespace godwit::user

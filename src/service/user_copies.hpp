#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/loading_cache.hpp"
#include "domain/people.hpp"
#include "service/change_feed.hpp"

namespace godwit::user {

using Keys = std::shared_ptr<const std::vector<UserKey>>;

/// What copies are made of. `as_of`: what is answered knows of every change up to there. Thread-safe.
class CopiesSource {
 public:
  virtual ~CopiesSource() = default;
  /// not_found: one of the two is not there.
  virtual Task<Result<DirectRelation>> load_relation(UserKey from, UserKey to, changes::Position as_of) = 0;
  virtual Task<Result<Keys>> load_awake_friends(UserKey user, changes::Position as_of) = 0;
  /// not_found: none, or dissolved.
  virtual Task<Result<std::shared_ptr<const Roster>>> load_roster(GroupKey group, changes::Position as_of) = 0;
  /// In the order of the keys; an empty card: none.
  virtual Task<Result<std::vector<Card>>> load_user_cards(std::vector<UserKey> keys, changes::Position as_of) = 0;
  virtual Task<Result<std::vector<Card>>> load_group_cards(std::vector<GroupKey> keys, changes::Position as_of) = 0;
};

/// What every send asks of the user role, in memory: in the role itself, and wherever it is asked from. Each answer is
/// loaded once, and forgotten when a change says that it became another, and after `kept_for_ms` anyway. Friends, whom
/// every socket that opens is told of, are kept for as long as sockets live. Where the change log was not heard for a
/// second nothing kept is trusted, then or later. Thread-safe.
class Copies {
 public:
  struct Settings {
    Millis kept_for_ms = 30'000;
    Millis friends_kept_for_ms = Millis{24} * 3600 * 1000;
    std::size_t relations = 400'000;  ///< pairs
    std::size_t friends = 2'000'000;  ///< friends, over all lists
    std::size_t members = 2'000'000;  ///< members, over all rosters
    std::size_t cards = 100'000;      ///< of users, and as many of groups
  };
  /// Whoever owns it follows `feed` and hands on what it hears.
  Copies(CopiesSource& source, const changes::ChangeFeed& feed, const Settings& settings, const Clock& clock);

  /// Call once `feed` hands over to the owner.
  void followed();
  void changed(std::span<const changes::Change> changes, changes::Position behind);
  void lost();
  void resumed() { clear(); }
  void heard(changes::Position position) { reach(position); }

  Task<Result<DirectRelation>> relation(const UserKey& from, const UserKey& to);
  Task<Result<Keys>> awake_friends(const UserKey& user);
  Task<Result<std::shared_ptr<const Roster>>> roster(const GroupKey& group);
  Task<Result<std::vector<Card>>> user_cards(const std::vector<UserKey>& keys);
  Task<Result<std::vector<Card>>> group_cards(const std::vector<GroupKey>& keys);

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
  void clear();
  /// What is loaded from now on knows of everything up to there.
  void reach(changes::Position position);
  [[nodiscard]] changes::Position place() const;
  /// What is kept, where that may be trusted.
  template <class Cache, class Key>
  auto kept(Cache& cache, const Key& key) -> decltype(cache.find(key)) {
    if (!feed_.fresh()) return std::nullopt;
    return cache.find(key);
  }

  CopiesSource& source_;
  const changes::ChangeFeed& feed_;
  mutable std::mutex place_mutex_;
  std::optional<changes::Position> place_;  // before it is known, what is loaded is not kept
  LoadingCache<Pair, DirectRelation, PairHash> relations_;
  LoadingCache<UserKey, Keys> awake_;
  LoadingCache<GroupKey, std::shared_ptr<const Roster>> rosters_;
  LoadingCache<UserKey, Card> user_cards_;
  LoadingCache<GroupKey, Card> group_cards_;
};

}  // namespace godwit::user

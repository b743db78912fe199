#include "user/context/caches.hpp"

#include "user/store/account_store.hpp"
#include "user/store/block_store.hpp"
#include "user/store/friend_store.hpp"
#include "user/store/group_store.hpp"
#include "user/store/session_store.hpp"

namespace godwit::user {
namespace {
// A friends' list or a roster weighs what it holds, and its own overhead.
std::size_t weight_of_keys(const Keys& keys) { return keys->size() + 4; }
std::size_t weight_of_roster(const std::shared_ptr<const Roster>& roster) { return roster->members.size() + 8; }

/// Cards from the cache, and those missing in one read.
template <class Key, class Read>
Task<Result<std::vector<Card>>> cards(LoadingCache<Key, Card>& cache, const std::vector<Key>& keys, Read read,
                                      bool trusted) {
  std::vector<Card> found(keys.size());
  std::vector<Key> missing;
  std::vector<std::pair<std::size_t, std::uint64_t>> places;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (auto hit = trusted ? cache.find(keys[i]) : std::nullopt) {
      found[i] = std::move(*hit);
    } else {
      places.emplace_back(i, cache.generation(keys[i]));
      missing.push_back(keys[i]);
    }
  }
  if (missing.empty()) co_return found;
  CO_TRY(auto loaded, co_await read(missing));
  for (std::size_t i = 0; i < missing.size(); ++i) {
    // One that is not there may be made any moment, and nobody would say so.
    if (!loaded[i].key.empty()) cache.put(missing[i], loaded[i], places[i].second);
    found[places[i].first] = std::move(loaded[i]);
  }
  co_return found;
}
}  // namespace

namespace {
template <class Value>
std::size_t one(const Value&) {
  return 1;
}
}  // namespace

Caches::Caches(Store& store, changes::ChangeFeed& feed, const Settings& settings, const Clock& clock)
    : store_(store),
      feed_(feed),
      relations_(settings.relations_cached, one, {&clock, settings.cached_for_ms}),
      awake_(settings.friends_cached, weight_of_keys, {&clock, settings.cached_for_ms}),
      rosters_(settings.members_cached, weight_of_roster, {&clock, settings.cached_for_ms}),
      sessions_(settings.sessions_cached, one, {&clock, settings.cached_for_ms}),
      user_cards_(settings.cards_cached, one, {&clock, settings.cached_for_ms}),
      group_cards_(settings.cards_cached, one, {&clock, settings.cached_for_ms}) {
  feed_.add(*this);
}

Task<Result<DirectRelation>> Caches::relation(const UserKey& from, const UserKey& to) {
  const auto pair = pair_of(from, to);
  if (auto hit = kept(relations_, pair)) co_return *hit;
  auto loaded = co_await relations_.get(pair, [&] { return load_relation(from, to); }, feed_.fresh());
  // Not there: the only answer that a registration elsewhere could make wrong.
  if (!loaded && loaded.error().code == Code::not_found) co_return DirectRelation{};
  co_return loaded;
}

Task<Result<DirectRelation>> Caches::load_relation(UserKey from, UserKey to) {
  co_return co_await store_.read([&](Tables& tables) -> Result<DirectRelation> {
    for (const auto& key : {from, to}) {
      TRY(auto account, tables.accounts.find(key));
      if (!account) return fail(Code::not_found, "no such user");
    }
    TRY(const bool friends, tables.friends.are_friends(from, to));
    TRY(const bool blocked, tables.blocks.between(from, to));
    return DirectRelation{.exists = true, .friends = friends, .blocked = blocked};
  });
}

Task<Result<Keys>> Caches::awake_friends(const UserKey& user) {
  if (auto hit = kept(awake_, user)) co_return std::move(*hit);
  co_return co_await awake_.get(user, [&] { return load_awake(user); }, feed_.fresh());
}

Task<Result<Keys>> Caches::load_awake(UserKey user) {
  co_return co_await store_.read([&](Tables& tables) -> Result<Keys> {
    TRY(auto keys, tables.friends.awake(user));
    return std::make_shared<const std::vector<UserKey>>(std::move(keys));
  });
}

Task<Result<std::shared_ptr<const Roster>>> Caches::roster(const GroupKey& group) {
  if (auto hit = kept(rosters_, group)) co_return std::move(*hit);
  co_return co_await rosters_.get(group, [&] { return load_roster(group); }, feed_.fresh());
}

Task<Result<std::shared_ptr<const Roster>>> Caches::load_roster(GroupKey group) {
  co_return co_await store_.read([&](Tables& tables) -> Result<std::shared_ptr<const Roster>> {
    TRY(auto roster, tables.groups.roster(group));
    if (roster == nullptr) return fail(Code::not_found, "no such group");
    return roster;
  });
}

Task<Result<std::shared_ptr<const Session>>> Caches::session(const SessionId& id) {
  if (auto hit = kept(sessions_, id)) co_return std::move(*hit);
  co_return co_await sessions_.get(id, [&] { return load_session(id); }, feed_.fresh());
}

// An ended session is kept as nullptr: its id never comes back, and its token may for a month.
Task<Result<std::shared_ptr<const Session>>> Caches::load_session(SessionId id) {
  co_return co_await store_.read([&](Tables& tables) -> Result<std::shared_ptr<const Session>> {
    TRY(auto session, tables.sessions.find(id));
    if (!session) return nullptr;
    return std::make_shared<const Session>(std::move(*session));
  });
}

Task<Result<std::vector<Card>>> Caches::user_cards(const std::vector<UserKey>& keys) {
  const auto read = [this](const std::vector<UserKey>& missing) {
    return store_.read([&missing](Tables& tables) { return tables.accounts.cards(missing); });
  };
  return cards(user_cards_, keys, read, feed_.fresh());
}

Task<Result<std::vector<Card>>> Caches::group_cards(const std::vector<GroupKey>& keys) {
  const auto read = [this](const std::vector<GroupKey>& missing) {
    return store_.read([&missing](Tables& tables) { return tables.groups.cards(missing); });
  };
  return cards(group_cards_, keys, read, feed_.fresh());
}

void Caches::changed(std::span<const changes::Change> changes, changes::Position) {
  for (const auto& change : changes) forget(change);
}

void Caches::forget(const changes::Change& change) {
  switch (change.kind) {
    case changes::Kind::session_ended: return sessions_.invalidate(change.session);
    case changes::Kind::card: return user_cards_.invalidate(change.user);
    case changes::Kind::pair:
      relations_.invalidate(pair_of(change.user, change.other));
      awake_.invalidate(change.user);
      awake_.invalidate(change.other);
      return;
    case changes::Kind::group:
      rosters_.invalidate(change.group);
      group_cards_.invalidate(change.group);
  }
}

void Caches::lost() {
  relations_.clear();
  awake_.clear();
  rosters_.clear();
  sessions_.clear();
  user_cards_.clear();
  group_cards_.clear();
}

}  // namespace godwit::user

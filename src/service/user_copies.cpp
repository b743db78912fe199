#include "service/user_copies.hpp"

#include <algorithm>

namespace godwit::user {
namespace {

// A friends' list or a roster weighs what it holds, and its own overhead.
std::size_t weight_of_keys(const Keys& keys) { return keys->size() + 4; }
std::size_t weight_of_roster(const std::shared_ptr<const Roster>& roster) { return roster->members.size() + 8; }
template <class Value>
std::size_t one(const Value&) {
  return 1;
}

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

Copies::Copies(CopiesSource& source, const changes::ChangeFeed& feed, const Settings& settings, const Clock& clock)
    : source_(source),
      feed_(feed),
      relations_(settings.relations, one, {&clock, settings.kept_for_ms}),
      awake_(settings.friends, weight_of_keys, {&clock, settings.friends_kept_for_ms}),
      rosters_(settings.members, weight_of_roster, {&clock, settings.kept_for_ms}),
      user_cards_(settings.cards, one, {&clock, settings.kept_for_ms}),
      group_cards_(settings.cards, one, {&clock, settings.kept_for_ms}) {}

Task<Result<DirectRelation>> Copies::relation(const UserKey& from, const UserKey& to) {
  const auto pair = pair_of(from, to);
  if (auto hit = kept(relations_, pair)) co_return *hit;
  auto loaded = co_await relations_.get(pair, [&] { return source_.load_relation(from, to, place()); }, feed_.fresh());
  // Not there: the only answer that a registration elsewhere could make wrong.
  if (!loaded && loaded.error().code == Code::not_found) co_return DirectRelation{};
  co_return loaded;
}

Task<Result<Keys>> Copies::awake_friends(const UserKey& user) {
  if (auto hit = kept(awake_, user)) co_return std::move(*hit);
  co_return co_await awake_.get(user, [&] { return source_.load_awake_friends(user, place()); }, feed_.fresh());
}

Task<Result<std::shared_ptr<const Roster>>> Copies::roster(const GroupKey& group) {
  if (auto hit = kept(rosters_, group)) co_return std::move(*hit);
  co_return co_await rosters_.get(group, [&] { return source_.load_roster(group, place()); }, feed_.fresh());
}

Task<Result<std::vector<Card>>> Copies::user_cards(const std::vector<UserKey>& keys) {
  const auto read = [this](const std::vector<UserKey>& missing) { return source_.load_user_cards(missing, place()); };
  return cards(user_cards_, keys, read, feed_.fresh());
}

Task<Result<std::vector<Card>>> Copies::group_cards(const std::vector<GroupKey>& keys) {
  const auto read = [this](const std::vector<GroupKey>& missing) { return source_.load_group_cards(missing, place()); };
  return cards(group_cards_, keys, read, feed_.fresh());
}

void Copies::followed() {
  if (feed_.reached()) reach(feed_.position());
}

// The place first: whoever asks again once a copy is forgotten asks as of this change.
void Copies::changed(std::span<const changes::Change> changes, changes::Position behind) {
  if (behind != changes::Position{}) reach(behind);
  for (const auto& change : changes) forget(change);
}

void Copies::forget(const changes::Change& change) {
  switch (change.kind) {
    case changes::Kind::session_ended: return;
    case changes::Kind::card: return user_cards_.invalidate(change.user);
    case changes::Kind::pair:
      relations_.invalidate(pair_of(change.user, change.other));
      awake_.invalidate(change.user);
      awake_.invalidate(change.other);
      return;
    case changes::Kind::group: rosters_.invalidate(change.group); group_cards_.invalidate(change.group);
  }
}

void Copies::lost() {
  {
    std::lock_guard lock(place_mutex_);
    place_.reset();
  }
  clear();
}

void Copies::reach(changes::Position position) {
  bool first = false;
  {
    std::lock_guard lock(place_mutex_);
    first = !place_;
    place_ = std::max(place_.value_or(position), position);
  }
  if (first) clear();
}

changes::Position Copies::place() const {
  std::lock_guard lock(place_mutex_);
  return place_.value_or(changes::Position{});
}

void Copies::clear() {
  relations_.clear();
  awake_.clear();
  rosters_.clear();
  user_cards_.clear();
  group_cards_.clear();
}

}  // namespace godwit::user

#include "user/context/caches.hpp"

#include "user/store/account_store.hpp"
#include "user/store/block_store.hpp"
#include "user/store/friend_store.hpp"
#include "user/store/group_store.hpp"
#include "user/store/notice_outbox.hpp"
#include "user/store/session_store.hpp"

namespace godwit::user {
namespace {

Copies::Settings copies_of(const Settings& settings) {
  return {.kept_for_ms = settings.cached_for_ms,
          .friends_kept_for_ms = settings.told_cached_for_ms,
          .relations = settings.relations_cached,
          .friends = settings.friends_cached,
          .members = settings.members_cached,
          .cards = settings.cards_cached};
}
std::size_t one(const std::shared_ptr<const Session>&) { return 1; }

}  // namespace

Caches::Caches(Store& store, Announcer& announcer, changes::ChangeFeed& feed, const Settings& settings,
               const Clock& clock)
    : store_(store),
      announcer_(announcer),
      feed_(feed),
      copies_(*this, feed, copies_of(settings), clock),
      sessions_(settings.sessions_cached, one, {&clock, settings.told_cached_for_ms}) {
  feed_.add(*this);
  copies_.followed();
}

Task<Result<DirectRelation>> Caches::load_relation(UserKey from, UserKey to, changes::Position) {
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

Task<Result<Keys>> Caches::load_awake_friends(UserKey user, changes::Position) {
  co_return co_await store_.read([&](Tables& tables) -> Result<Keys> {
    TRY(auto keys, tables.friends.awake(user));
    return std::make_shared<const std::vector<UserKey>>(std::move(keys));
  });
}

// A member reads from the number of the notice that says so: a message that gets a smaller one nobody of them may read.
Task<Result<std::shared_ptr<const Roster>>> Caches::load_roster(GroupKey group, changes::Position) {
  const auto conversation = Conversation::of_group(group);
  bool waiting = false;
  CO_TRY(auto roster, co_await store_.read([&](Tables& tables) -> Result<std::shared_ptr<const Roster>> {
    TRY(auto members, tables.groups.roster(group));
    if (members == nullptr) return fail(Code::not_found, "no such group");
    TRY(const auto untold, tables.outbox.of(conversation, 1));
    waiting = !untold.empty();
    return members;
  }));
  if (waiting && !co_await announcer_.announce(conversation))
    co_return fail(Code::unavailable, "who is in the group is not told yet");
  co_return roster;
}

Task<Result<std::shared_ptr<const Session>>> Caches::session(const SessionId& id) {
  const bool fresh = feed_.fresh();
  if (auto hit = fresh ? sessions_.find(id) : std::nullopt) co_return std::move(*hit);
  co_return co_await sessions_.get(id, [&] { return load_session(id); }, fresh);
}

// An ended session is kept as nullptr: its id never comes back, and its token may for a month.
Task<Result<std::shared_ptr<const Session>>> Caches::load_session(SessionId id) {
  co_return co_await store_.read([&](Tables& tables) -> Result<std::shared_ptr<const Session>> {
    TRY(auto session, tables.sessions.find(id));
    if (!session) return nullptr;
    return std::make_shared<const Session>(std::move(*session));
  });
}

Task<Result<std::vector<Card>>> Caches::load_user_cards(std::vector<UserKey> keys, changes::Position) {
  co_return co_await store_.read([&](Tables& tables) { return tables.accounts.cards(keys); });
}

Task<Result<std::vector<Card>>> Caches::load_group_cards(std::vector<GroupKey> keys, changes::Position) {
  co_return co_await store_.read([&](Tables& tables) { return tables.groups.cards(keys); });
}

void Caches::changed(std::span<const changes::Change> changes, changes::Position behind) {
  copies_.changed(changes, behind);
  for (const auto& change : changes)
    if (change.kind == changes::Kind::session_ended) sessions_.invalidate(change.session);
}

void Caches::lost() {
  copies_.lost();
  sessions_.clear();
}

void Caches::resumed() {
  copies_.resumed();
  sessions_.clear();
}

void Caches::heard(changes::Position position, Millis) { copies_.heard(position); }

}  // namespace godwit::user

#include "user/user_role.hpp"

#include <condition_variable>
#include <mutex>

#include "base/worker.hpp"
#include "user/administration/administration.hpp"
#include "user/routes.hpp"
#include "user/sessions/sessions.hpp"
#include "user/store/account_store.hpp"
#include "user/store/admin_store.hpp"
#include "user/store/service_key_store.hpp"
#include "user/store/session_store.hpp"
#include "user/store/tidy_store.hpp"

namespace godwit::user {

/// What the role does by itself, at home on a thread of its own: whatever store or role it waited for, it goes on here.
struct UserRole::Chores {
  std::mutex mutex;
  std::condition_variable idle;
  bool busy = false;
  bool stopping = false;
  Worker worker{"chores"};  // the first to go
};

UserRole::UserRole(const Ports& ports, const Services& services, const Settings& settings, const Clock& clock,
                   Random& random, Log& log, Metrics& metrics)
    : counts_(ports.counts, clock, metrics),
      throttle_(settings.logins, counts_, random),
      context_{.store = ports.store,
               .hasher = ports.hasher,
               .tokens = ports.tokens,
               .services = services,
               .feed = ports.feed,
               .settings = settings,
               .clock = clock,
               .random = random,
               .log = log,
               .announcer{ports.store, services.dispatch, log, metrics},
               .caches{ports.store, context_.announcer, ports.feed, settings, clock},
               .publisher{{.store = ports.store, .log = ports.change_log, .own = context_.caches}, log, metrics},
               .counts = counts_,
               .throttle = throttle_,
               .rates{settings.changes, clock},
               .registration = registration_},
      calls_(context_, kRoutes, all_bindings()),
      seen_written_at_(clock.now()) {
  registration_.set(settings.registration, settings.reserved_keys);
}

UserRole::~UserRole() { stop(); }

void UserRole::start() {
  if (chores_ != nullptr) return;
  chores_ = std::make_unique<Chores>();
  chores_->worker.post([this] { do_chores(); });
}

void UserRole::do_chores() {
  {
    std::lock_guard lock(chores_->mutex);
    if (chores_->stopping) return;
    chores_->busy = true;
  }
  spawn([](UserRole& self) -> Task<void> {
    co_await self.tick();
    auto& chores = *self.chores_;
    chores.worker.post_after(std::chrono::seconds(1), [&self] { self.do_chores(); });
    std::lock_guard lock(chores.mutex);
    chores.busy = false;
    chores.idle.notify_all();
  }(*this));
}

void UserRole::stop() {
  if (chores_ == nullptr) return;
  {
    std::unique_lock lock(chores_->mutex);
    chores_->stopping = true;
    chores_->idle.wait(lock, [this] { return !chores_->busy; });
  }
  chores_.reset();
  sync_wait(write_seen());
}

Task<void> UserRole::tick() {
  co_await context_.publisher.replay();
  co_await context_.announcer.replay();
  if (context_.clock.now() >= tidy_at_) co_await tidy();
  if (context_.clock.now() - seen_written_at_ < context_.settings.seen_every_ms) co_return;
  seen_written_at_ = context_.clock.now();
  co_await write_seen();
}

Task<void> UserRole::write_seen() {
  for (;;) {
    const auto sessions = context_.seen.take(1000);
    const auto keys = context_.keys_used.take(1000);
    if (sessions.empty() && keys.empty()) co_return;
    const auto written = co_await context_.store.write(
        [&](Tables& tables) -> Result<void> {
          CHECK_OK(tables.sessions.touch(sessions));
          return tables.service_keys.touch(keys);
        },
        Durability::relaxed);
    if (!written) co_return;
  }
}

// A piece a second while there is something, else a look every ten minutes. A session is kept a day beyond its end, so
// that a clock that was wrong for a while ends nobody's.
Task<void> UserRole::tidy() {
  constexpr std::size_t kPiece = 200;
  constexpr Millis kDay = Millis{24} * 3600 * 1000, kPause = Millis{10} * 60 * 1000;
  const auto now = context_.clock.now();
  // Who asks for one that is removed is refused all the same: nobody has to be told.
  const auto removed = co_await context_.store.write(
      [&](Tables& tables) -> Result<bool> {
        TRY(const auto sessions, tables.tidy.expired_sessions(now - kDay, kPiece));
        TRY(const auto requests, tables.tidy.answered_requests(now - context_.settings.requests_kept_ms, kPiece));
        TRY(const auto mutes, tables.tidy.past_mutes(now, kPiece));
        return sessions.size() >= kPiece || requests >= kPiece || mutes >= kPiece;
      },
      Durability::relaxed);
  const bool more = removed && *removed;
  if (!more) tidy_at_ = now + kPause;
}

Admin UserRole::admin() { return administer(context_, Actor::command_line()); }

Task<Result<Census>> UserRole::census() {
  co_return co_await context_.store.read([&](Tables& tables) { return tables.admins.count(context_.clock.now()); });
}

Task<Result<Proven>> UserRole::authenticate(std::string_view token) { return user::authenticate(context_, token); }
Task<Result<Proven>> UserRole::prove_again(Identity who) { return user::prove_again(context_, std::move(who)); }
Task<Result<ServiceIdentity>> UserRole::authenticate_service(std::string_view key) {
  return user::authenticate_service(context_, key);
}

Task<Result<bool>> UserRole::is_admin(const UserKey& user) {
  co_return co_await context_.store.read([&](Tables& tables) -> Result<bool> {
    TRY(const auto account, tables.accounts.find(user));
    return account && account->user.admin;
  });
}
Task<Result<void>> UserRole::record_deed(const UserKey& admin, Deed deed) {
  co_return co_await administer(context_, Actor::account(admin)).record_deed(std::move(deed));
}

void UserRole::seen(const SessionId& session) { context_.seen.note(session, context_.clock.now()); }

Task<Result<DirectRelation>> UserRole::relation(const UserKey& from, const UserKey& to) {
  return context_.caches.relation(from, to);
}
Task<Result<Keys>> UserRole::awake_friends(const UserKey& user) { return context_.caches.awake_friends(user); }
Task<Result<std::shared_ptr<const Roster>>> UserRole::roster(const GroupKey& group) {
  return context_.caches.roster(group);
}
Task<Result<std::vector<Card>>> UserRole::user_cards(const std::vector<UserKey>& keys) {
  return context_.caches.user_cards(keys);
}
Task<Result<std::vector<Card>>> UserRole::group_cards(const std::vector<GroupKey>& keys) {
  return context_.caches.group_cards(keys);
}

Task<Result<std::vector<UserKey>>> UserRole::users_after(const UserKey& after, std::size_t limit) {
  co_return co_await context_.store.read([&](Tables& tables) -> Result<std::vector<UserKey>> {
    TRY(const auto users, tables.accounts.list(after, limit));
    std::vector<UserKey> keys;
    keys.reserve(users.size());
    for (const auto& user : users) keys.push_back(user.key);
    return keys;
  });
}

}  // namespace godwit::user

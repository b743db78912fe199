#pragma once
#include <memory>

#include "base/metrics.hpp"
#include "service/call_table.hpp"
#include "service/routes.hpp"
#include "service/user.hpp"
#include "user/accounts/login_throttle.hpp"
#include "user/accounts/registration_policy.hpp"
#include "user/administration/admin.hpp"
#include "user/context/context.hpp"
#include "user/context/fall_back_counts.hpp"
#include "user/store/admin_store.hpp"

namespace godwit::user {

/// What the role stands on. All of it outlives the role.
struct Ports {
  Store& store;
  PasswordHasher& hasher;
  const TokenSigner& tokens;
  changes::ChangeLog& change_log;
  changes::ChangeFeed& feed;  ///< of the same log
  Counts& counts;             ///< of logins and registrations, which every user role goes by
};

/// The user role: accounts, sessions, friends, requests, blocks, groups. Thread-safe.
class UserRole final : public Service {
 public:
  UserRole(const Ports& ports, const Services& services, const Settings& settings, const Clock& clock, Random& random,
           Log& log, Metrics& metrics);
  ~UserRole() override;

  /// Publishes what an earlier run left in the outbox, and from then on does the chores every second, on a thread of
  /// its own, until `stop` (or the destructor). Call `start` when dispatch takes notices, and `stop` while it still
  /// answers, from a thread that is no executor's.
  void start();
  void stop();
  /// The chores once: replays the outbox, writes lastSeenAt down, removes a piece of what nobody will ask for again.
  /// For whoever has a scheduler of their own, instead of `start`.
  Task<void> tick();

  /// The calls of this room, for the gateway.
  [[nodiscard]] gateway::RoleClient& calls() noexcept { return calls_; }
  /// Admin operations on the running role, as the command line.
  [[nodiscard]] Admin admin();
  /// Who may register from now on, and which keys (lower-case) nobody may. Any thread.
  void set_registration(Registration mode, std::vector<std::string> reserved) {
    registration_.set(mode, std::move(reserved));
  }
  /// The place in the change log of the last change that this role told: what was answered before is told up to there.
  [[nodiscard]] changes::Position told() const { return context_.publisher.last(); }
  /// How many users, groups and sessions there are.
  Task<Result<Census>> census();

  Task<Result<Proven>> authenticate(std::string_view token) override;
  Task<Result<Proven>> prove_again(Identity who) override;
  Task<Result<ServiceIdentity>> authenticate_service(std::string_view key) override;
  Task<Result<bool>> is_admin(const UserKey& user) override;
  Task<Result<void>> record_deed(const UserKey& admin, Deed deed) override;
  void seen(const SessionId& session) override;
  Task<Result<DirectRelation>> relation(const UserKey& from, const UserKey& to) override;
  Task<Result<std::shared_ptr<const std::vector<UserKey>>>> awake_friends(const UserKey& user) override;
  Task<Result<std::shared_ptr<const Roster>>> roster(const GroupKey& group) override;
  Task<Result<std::vector<Card>>> user_cards(const std::vector<UserKey>& keys) override;
  Task<Result<std::vector<Card>>> group_cards(const std::vector<GroupKey>& keys) override;
  Task<Result<std::vector<UserKey>>> users_after(const UserKey& after, std::size_t limit) override;

 private:
  void do_chores();
  Task<void> write_seen();
  Task<void> tidy();

  FallBackCounts counts_;
  LoginThrottle throttle_;
  RegistrationPolicy registration_;
  Context context_;
  gateway::CallTable<Context> calls_;
  Millis seen_written_at_ = 0, tidy_at_ = 0;  // of `tick` alone
  struct Chores;
  std::unique_ptr<Chores> chores_;
};

}  // namespace godwit::user

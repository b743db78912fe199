#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "user/audit.hpp"
#include "user/service_keys.hpp"
#include "user/store.hpp"

namespace godwit::user {

/// What admins do with accounts, by `godwit admin` or the admin page: on a running role (UserRole::admin), or on a data
/// directory at rest (`ended` empty). Every change is in the audit log, by the same transaction.
/// Errors of all changes: forbidden (the actor is no admin any more), unavailable.
class Admin {
 public:
  using Ended = std::function<void(const std::vector<SessionId>&)>;
  Admin(Store& store, const Clock& clock, Random& random, Ended ended = {}, Actor actor = Actor::command_line())
      : store_(store), clock_(clock), random_(random), ended_(std::move(ended)), actor_(std::move(actor)) {}

  /// By key, ascending, above `after`.
  Task<Result<std::vector<User>>> list_users(UserKey after, std::size_t limit);
  /// Disabling ends all sessions; enabling brings none back. not_found; forbidden: oneself.
  Task<Result<User>> set_disabled(UserKey user, bool disabled);
  /// Makes the account an admin, or an ordinary one again; its sessions go on. not_found.
  Task<Result<User>> set_admin(UserKey user, bool admin);
  /// Ends one session of the user, or all. not_found.
  Task<Result<void>> end_session(UserKey user, SessionId session);
  Task<Result<void>> end_sessions(UserKey user);
  /// `name` is the msgSender of what the key pushes, 1–64 characters. The text is shown this once.
  Task<Result<MadeServiceKey>> create_service_key(std::string name);
  Task<Result<std::vector<ServiceKey>>> list_service_keys(std::string after, std::size_t limit);
  /// not_found.
  Task<Result<void>> remove_service_key(std::string id);
  /// For what is done in other stores: before it is done.
  Task<Result<void>> record_deed(Deed deed);

 private:
  [[nodiscard]] Result<void> record(Tables& tables, Deed deed) const;
  void tell(const std::vector<SessionId>& ended) const {
    if (ended_) ended_(ended);
  }

  Store& store_;
  const Clock& clock_;
  Random& random_;
  Ended ended_;
  Actor actor_;
};

}  // namespace godwit::user

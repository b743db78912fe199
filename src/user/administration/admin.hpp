#pragma once
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "user/accounts/password_hasher.hpp"
#include "user/administration/audit.hpp"
#include "user/administration/service_keys.hpp"
#include "user/notices/change_publisher.hpp"
#include "user/notices/outgoing.hpp"
#include "user/store/invite_store.hpp"
#include "user/store/service_key_store.hpp"
#include "user/store/store.hpp"

namespace godwit::user {

struct AddedUser {
  User user;
  std::string password;  ///< made here; shown this once
};

struct NewInvite {
  std::uint64_t uses = 1;  ///< 0: any number
  Millis lives_ms = 0;     ///< 0: for ever
};
struct MadeInvite {
  std::string text;  ///< shown once; see shown_once.hpp
  Invite stored;
};

/// What admins do with accounts, by `godwit admin` or the admin page: on a running role (UserRole::admin), or on a data
/// directory at rest (no publisher: whoever serves it next tells the change log). Every change is in the audit log, by
/// the same transaction.
/// Errors of all changes: forbidden (the actor is no admin any more), unavailable.
class Admin {
 public:
  /// What it works with; all of it outlives the Admin.
  struct Tools {
    Store& store;
    PasswordHasher& hasher;
    const Clock& clock;
    Random& random;
  };
  explicit Admin(Tools tools, ChangePublisher* publisher = nullptr, Actor actor = Actor::command_line())
      : store_(tools.store),
        hasher_(tools.hasher),
        clock_(tools.clock),
        random_(tools.random),
        publisher_(publisher),
        actor_(std::move(actor)) {}

  /// By key, ascending, above `after`.
  Task<Result<std::vector<User>>> list_users(UserKey after, std::size_t limit);
  /// Disabling ends all sessions; enabling brings none back. Whether it changed anything. not_found; forbidden:
  /// oneself.
  Task<Result<bool>> set_disabled(UserKey user, bool disabled);
  /// Makes the account an admin, or an ordinary one again; its sessions go on. Whether it changed anything. not_found.
  Task<Result<bool>> set_admin(UserKey user, bool admin);
  /// An account with a password of its own, whatever `registration` says; an empty name becomes the key. key_taken: by
  /// an account, a service key, or the server itself.
  Task<Result<AddedUser>> add_user(UserKey key, std::string name);
  /// A new password in place of the old one; all sessions end. not_found; forbidden: oneself (whoever is logged in
  /// changes it with the old one), and, for an account, other admins.
  Task<Result<std::string>> reset_password(UserKey user);
  /// Ends one session of the user, or all. not_found.
  Task<Result<void>> end_session(UserKey user, SessionId session);
  Task<Result<void>> end_sessions(UserKey user);

  /// key_taken: a service key or an account is called so.
  Task<Result<MadeServiceKey>> create_service_key(NewServiceKey wanted);
  Task<Result<std::vector<ServiceKey>>> list_service_keys(std::string after, std::size_t limit);
  /// Dead with the next call. not_found.
  Task<Result<void>> revoke_service_key(std::string id);
  Task<Result<void>> revoke_service_keys_named(std::string name);

  Task<Result<MadeInvite>> make_invite(NewInvite wanted);
  Task<Result<std::vector<Invite>>> list_invites(std::string after, std::size_t limit);
  /// not_found.
  Task<Result<void>> revoke_invite(std::string id);

  /// For what is done in other stores: before it is done.
  Task<Result<void>> record_deed(Deed deed);

 private:
  [[nodiscard]] Result<void> record(Tables& tables, Deed deed) const;
  /// One write that may end sessions; whoever keeps copies is told after it. `work(Tables&, Outgoing&)`.
  template <class F, class R = std::invoke_result_t<F&, Tables&, Outgoing&>>
  Task<R> commit(F work);

  Store& store_;
  PasswordHasher& hasher_;
  const Clock& clock_;
  Random& random_;
  ChangePublisher* publisher_;
  Actor actor_;
};

}  // namespace godwit::user

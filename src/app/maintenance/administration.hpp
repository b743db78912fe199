#pragma once
#include <memory>
#include <string>
#include <vector>

#include "app/config/address.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "user/administration/admin.hpp"

namespace godwit::app {

struct AccountLine {
  std::string key, name;
  bool disabled = false, admin = false;
  Millis created_at = 0;
};
struct AccountPage {
  std::vector<AccountLine> items;
  std::string next;  ///< cursor; empty: that was all
};

/// A record that a consumer put aside (service/dead_letters.hpp).
struct DeadLetterLine {
  std::string id, reason;
  Millis time = 0;
  std::uint64_t bytes = 0;
  std::string message, conversation, sender;  ///< empty where the record cannot be read
};

/// A process of the house.
struct ProcessLine {
  std::string name, address;
  std::vector<std::string> roles;
  std::string state;  ///< ready, waiting, draining, missing
  std::string version;
  Millis started_at = 0;
  std::uint64_t connections = 0;
  std::vector<std::uint16_t> shards;
  std::vector<std::string> troubles;  ///< what is not well with what it stands on, in words; why it is missing
};
struct ProcessList {
  std::vector<ProcessLine> items;
  bool complete = true;  ///< false: some that the settings do not name may be left out
};

/// What `godwit admin` can do, to a running server as to a data directory at rest. Blocking; one thread. A secret is
/// seen in the answer that makes it and never again.
class Administration {
 public:
  virtual ~Administration() = default;

  /// Accounts whose key begins with `query` (empty: all), a page from `cursor` on (empty: from the start).
  virtual Result<AccountPage> users(const std::string& query, const std::string& cursor) = 0;
  /// A disabled account's sessions end at once, and it cannot log in. Whether it changed anything. not_found.
  virtual Result<bool> set_disabled(const std::string& key, bool disabled) = 0;
  /// An admin may make the admin page's calls; holds from the next call on. Whether it changed anything. not_found.
  virtual Result<bool> set_admin(const std::string& key, bool admin) = 0;
  /// An account, and its password. key_taken.
  virtual Result<std::string> add_user(const std::string& key, const std::string& name) = 0;
  /// A new password; the account's sessions end. not_found.
  virtual Result<std::string> reset_password(const std::string& key) = 0;

  /// key_taken: a service key or an account is called so.
  virtual Result<std::string> make_service_key(const user::NewServiceKey& wanted) = 0;
  virtual Result<std::vector<user::ServiceKey>> service_keys() = 0;
  /// not_found.
  virtual Result<void> revoke_service_key(const std::string& name) = 0;

  /// Lets people register where `registration` is `invite`.
  virtual Result<std::string> make_invite(const user::NewInvite& wanted) = 0;
  virtual Result<std::vector<user::Invite>> invites() = 0;
  /// By the invite or its id. not_found.
  virtual Result<void> revoke_invite(const std::string& invite) = 0;

  virtual Result<std::vector<DeadLetterLine>> dead_letters() = 0;
  /// Hands it to its consumer again; it goes where that takes it. Running servers only. not_found; the consumer's
  /// error.
  virtual Result<void> replay_dead_letter(const std::string& id) = 0;
  /// not_found.
  virtual Result<void> drop_dead_letter(const std::string& id) = 0;

  /// All processes of the house, asked at once. Running servers only.
  virtual Result<ProcessList> processes() = 0;

  /// A copy of everything that was answered before the call, as one directory; it must not exist, or be empty.
  virtual Result<void> backup(const std::string& directory) = 0;
};

/// By the admin listener of a running server. `key`: its `admin.key`, or empty.
[[nodiscard]] std::unique_ptr<Administration> administer_server(const Address& listener, std::string key);

/// Of a data directory that no server holds: takes its lock for as long as the object lives.
[[nodiscard]] Result<std::unique_ptr<Administration>> administer_directory(const std::string& data);

}  // namespace godwit::app

#pragma once
#include <optional>
#include <string>

#include "service/user.hpp"
#include "user/store/store.hpp"

namespace godwit::user {

/// Entries that the audit log keeps; the oldest go.
inline constexpr std::size_t kAuditKept = 100'000;

/// Who acts as an admin: an account that is one, or whoever may run `godwit admin` on the machine.
class Actor {
 public:
  static Actor command_line() { return Actor({}); }
  static Actor account(UserKey key) { return Actor(std::move(key)); }

  [[nodiscard]] bool is(const UserKey& key) const { return !key_.empty() && key_ == key; }
  /// Empty: the command line.
  [[nodiscard]] const UserKey& key() const { return key_; }
  [[nodiscard]] bool is_command_line() const { return key_.empty(); }
  /// As the audit log has it.
  [[nodiscard]] std::string name() const { return key_.empty() ? "(command line)" : key_.str(); }
  /// Inside the transaction of what is done: forbidden where the right was taken back meanwhile.
  [[nodiscard]] Result<void> check(Tables& tables) const;

 private:
  explicit Actor(UserKey key) : key_(std::move(key)) {}
  UserKey key_;
};

/// Writes down what is being done, in its own transaction, and is its right to be done: see `Actor::check`. `target`
/// and `detail` are cut to what a row takes.
[[nodiscard]] Result<void> record(Tables& tables, const Actor& actor, Deed deed, Millis now);

}  // namespace godwit::user

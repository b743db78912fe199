#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace godwit::user {

/// Lets people register where `registration` is `invite`.
struct Invite {
  std::string id;
  std::string hash;  ///< of the secret, hex
  std::uint64_t uses = 1, used = 0;  ///< `uses` 0: any number
  Millis created_at = 0;
  Millis expires_at = 0;  ///< 0: never
};
/// Somebody may still come in by it.
[[nodiscard]] inline bool is_good(const Invite& invite, Millis now) {
  return (invite.uses == 0 || invite.used < invite.uses) && (invite.expires_at == 0 || invite.expires_at > now);
}

/// The port of operators' invites. Used inside a transaction, on its thread. Errors: unavailable.
class InviteStore {
 public:
  virtual ~InviteStore() = default;

  virtual Result<void> add(const Invite& invite) = 0;
  virtual Result<std::optional<Invite>> find(const std::string& id) = 0;
  /// Counts one use. False where none is left, or there is no such invite: then nothing changed.
  virtual Result<bool> use(const std::string& id) = 0;
  /// False where it was not there.
  virtual Result<bool> remove(const std::string& id) = 0;
  /// By id, ascending, above `after`.
  virtual Result<std::vector<Invite>> list(const std::string& after, std::size_t limit) = 0;
};

}  // namespace godwit::user

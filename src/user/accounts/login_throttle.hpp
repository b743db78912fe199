#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "user/context/settings.hpp"
#include "user/store/counts.hpp"

namespace godwit::user {

/// Bounds how often wrong passwords may be tried, over all user roles that share `counts`. Failures are counted
///   - of an account from one network: tightly; the wait grows with each further one, up to a quarter of an hour;
///   - of an account from everywhere: loosely;
///   - from one network into all accounts: loosely;
///   - from a device that was logged in to the account before: for itself alone, whatever others do to the account;
///   - with the old password of a live session: by that session alone.
/// A network is an IPv4 address, or the first 64 bits of an IPv6 one. A try counts as a failure until it is known to be
/// none, so parallel ones are no way around; a right password costs nothing. Thread-safe.
class LoginThrottle {
 public:
  using Settings = LoginLimits;
  LoginThrottle(const Settings& settings, Counts& counts, Random& random)
      : settings_(settings), counts_(counts), random_(random) {}

  /// One try.
  struct Attempt {
    std::vector<CountedName> names;
    std::string id;  ///< empty: not counted
    /// Whose turn the check of the password takes: the account's, so that a storm against one delays that one; a known
    /// device's or a session's own.
    [[nodiscard]] const std::string& lane() const noexcept { return names.front().name; }
  };

  /// rate_limited with the seconds to wait.
  Task<Result<Attempt>> from_network(std::string_view account, std::string_view address);
  Task<Result<Attempt>> from_known_device(std::string_view account, std::string_view device);
  Task<Result<Attempt>> from_session(std::string_view session);
  /// The password was right, or was never looked at: nothing counts.
  Task<void> take_back(const Attempt& attempt);

 private:
  Task<Result<Attempt>> begin(std::vector<CountedName> names);
  [[nodiscard]] CountRule tight() const;

  const Settings settings_;
  Counts& counts_;
  Random& random_;
};

}  // namespace godwit::user

#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "user/notices/change_rates.hpp"

namespace godwit::user {

enum class Registration : char { open, invite, closed };
inline constexpr std::array<std::string_view, 3> kRegistrationNames{"open", "invite", "closed"};
[[nodiscard]] constexpr std::string_view name_of(Registration mode) {
  return kRegistrationNames.at(static_cast<std::size_t>(mode));
}

/// How much of each one account may have. These hold always, also where rates are off.
struct Caps {
  std::size_t groups_owned = 100;
  std::size_t memberships = 500;
  std::size_t group_members = 2'000;
  std::size_t friends = 2'000;
  std::size_t pending_sent = 100;                    ///< friend requests; and as many to groups
  std::size_t pending_received = 500;                ///< friend requests of one person; and as many of one group
  Millis cooling_off_ms = Millis{24} * 3600 * 1000;  ///< between a rejection and the next request to the same
};

/// Failed logins that may be tried; see LoginThrottle.
struct LoginLimits {
  bool enabled = true;
  double per_account_minute = 10;  ///< of one account from one network
  double per_account_minute_anywhere = 100;
  double per_address_minute = 60;
};

/// New accounts by address: so many a minute, in bursts of as many; of an IPv6 address by its /64, and four times as
/// many by its /48.
struct RegistrationLimits {
  bool enabled = true;
  double per_address_minute = 30;
};

struct Settings {
  Caps caps{};
  ChangeRates::Settings changes{};
  Millis token_life_ms = Millis{30} * 24 * 3600 * 1000;
  std::size_t sessions_per_user = 10;
  LoginLimits logins{};
  RegistrationLimits registrations{};
  Registration registration = Registration::open;  ///< at the start; see UserRole::set_registration
  std::vector<std::string> reserved_keys{};        ///< lower-case
  std::vector<std::string> nodes{"node-1"};        ///< as the settings name them: where nobody knows who lives
  bool direct_sockets = false;    ///< whether a login tells its client to ask for tickets (POST /v1/sockets)
  Millis cached_for_ms = 30'000;  ///< what is cached is asked for again after that
  Millis told_cached_for_ms = Millis{24} * 3600 * 1000;  ///< of sessions and friends, which the change log alone ends
  std::size_t relations_cached = 400'000;                ///< pairs
  std::size_t friends_cached = 2'000'000;                ///< friends, over all lists
  std::size_t members_cached = 2'000'000;                ///< members, over all rosters
  std::size_t sessions_cached = 200'000;
  std::size_t cards_cached = 100'000;  ///< of users, and as many of groups
  std::size_t notices_awaited = 64;    ///< conversations that an answer waits for; the chores publish the rest
  Millis seen_every_ms = 60'000;       ///< how often lastSeenAt is written down
  Millis requests_kept_ms = Millis{90} * 24 * 3600 * 1000;  ///< how long an answered request stands in the lists
};

}  // namespace godwit::user

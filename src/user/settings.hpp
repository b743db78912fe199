#pragma once
#include <cstddef>

#include "base/clock.hpp"
#include "user/login_throttle.hpp"

namespace godwit::user {

struct Settings {
  Millis token_life_ms = Millis{30} * 24 * 3600 * 1000;
  std::size_t sessions_per_user = 10;
  LoginThrottle::Settings logins{};
  std::size_t relations_cached = 400'000;  ///< pairs
  std::size_t friends_cached = 2'000'000;  ///< friends, over all lists
  std::size_t members_cached = 2'000'000;  ///< members, over all rosters
  std::size_t sessions_cached = 200'000;
  std::size_t cards_cached = 100'000;  ///< of users, and as many of groups
  std::size_t notices_awaited = 64;    ///< conversations that an answer waits for; the chores publish the rest
  Millis seen_every_ms = 60'000;       ///< how often lastSeenAt is written down
};

}  // namespace godwit::user

#pragma once
#include "base/clock.hpp"

namespace godwit {

/// How far a message's time may lead the clock. A clock that was once set far ahead must not make everything that comes
/// as late as it was.
inline constexpr Millis kMostLead = 5 * 60'000;

/// A message's time after one of `last` in its conversation: never before it, unless that leads the clock by more than
/// kMostLead.
[[nodiscard]] constexpr Millis next_time(Millis last, Millis now) noexcept {
  return last > now + kMostLead || last < now ? now : last;
}

}  // namespace godwit

#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace godwit::chat {

/// When to come back after a connection ended (protocol.md, "Close codes"): full jitter, so that a server's clients do
/// not all come back at once. Pure: chance is passed in.
class Backoff {
 public:
  static constexpr Millis kFirst = 500, kMost = 30'000, kStable = 2'000;

  /// Milliseconds to wait; none: do not come back. `code` is the close code (1006: none was seen), `reason` 4001's
  /// JSON, `lived` how long the connection stood, `chance` any 32 random bits.
  [[nodiscard]] std::optional<Millis> after(std::uint16_t code, std::string_view reason, Millis lived,
                                            std::uint32_t chance);
  /// The same for any attempt that came to nothing.
  [[nodiscard]] Millis again(std::uint32_t chance);

 private:
  unsigned attempts_ = 0;
};

}  // namespace godwit::chat

#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/redis/reply.hpp"
#include "engine/redis/settings.hpp"

namespace godwit::redis {

/// A cluster spreads its keys over so many slots.
using Slot = std::uint16_t;
inline constexpr std::size_t kSlots = 16'384;

/// The slot of a key: CRC-16 (XMODEM) of what stands between its first brace and the next closing one, where that is
/// anything; else of all of it.
[[nodiscard]] Slot slot_of(std::string_view key) noexcept;

/// Slots of one primary, both ends included.
struct SlotRange {
  Slot first = 0, last = 0;
  Address primary;
  std::vector<Address> replicas;
  friend bool operator==(const SlotRange&, const SlotRange&) = default;
};

/// The answer of CLUSTER SLOTS. `asked`: who answered; a node that does not know its own address leaves it empty.
/// internal: this is no such answer.
[[nodiscard]] Result<std::vector<SlotRange>> slot_ranges(const Reply& reply, const Address& asked);

}  // namespace godwit::redis

#pragma once
#include <cstdint>
#include <utility>

#include "domain/shard.hpp"

namespace godwit::bus {

/// Names a row among the dead letters of its topic (DeadLetter::Place::offset): 16 bits of shard, 48 of position.
[[nodiscard]] constexpr std::uint64_t letter_of_row(Shard shard, Position position) {
  return static_cast<std::uint64_t>(shard) << 48U | position;
}
[[nodiscard]] constexpr std::pair<Shard, Position> row_of_letter(std::uint64_t offset) {
  return {static_cast<Shard>(offset >> 48U), offset & ((std::uint64_t{1} << 48U) - 1)};
}

}  // namespace godwit::bus

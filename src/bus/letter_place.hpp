#pragma once
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/bytes.hpp"
#include "domain/shard.hpp"

namespace godwit::bus {

/// Names a row among the dead letters of its topic (DeadLetter::Place::offset): 16 bits of shard, 48 of position.
[[nodiscard]] constexpr std::uint64_t letter_of_row(Shard shard, Position position) {
  return static_cast<std::uint64_t>(shard) << 48U | position;
}
[[nodiscard]] constexpr std::pair<Shard, Position> row_of_letter(std::uint64_t offset) {
  return {static_cast<Shard>(offset >> 48U), offset & ((std::uint64_t{1} << 48U) - 1)};
}

/// Names a page that nobody can read, by what it holds: the same page that comes again is the same letter. No row is
/// named so: its shard would be 32768 or more.
[[nodiscard]] inline std::uint64_t letter_of_page(std::string_view body) {
  return std::uint64_t{1} << 63U | static_cast<std::uint64_t>(body.size() & 0x7FFF'FFFFU) << 32U | crc32c(body);
}

}  // namespace godwit::bus

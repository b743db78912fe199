#pragma once
#include <cstdint>

#include "domain/conversation.hpp"

namespace godwit {

/// Conversations hash to a fixed number of shards; whoever numbers owns whole shards. Never change either of the two:
/// what is stored is found by them.
using Shard = std::uint16_t;
inline constexpr Shard kShards = 256;

/// FNV-1a over the internal name, its 64 bits folded, so that every one of them counts.
[[nodiscard]] constexpr Shard shard_of_name(std::string_view name) noexcept {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  hash ^= hash >> 32U;
  hash ^= hash >> 16U;
  return static_cast<Shard>((hash ^ hash >> 8U) % kShards);
}
[[nodiscard]] inline Shard shard_of(const Conversation& conversation) noexcept {
  return shard_of_name(conversation.name());
}

/// Place of a message among those of its shard: 1, 2, 3 … in the order of their commits, without a hole.
using Position = std::uint64_t;

}  // namespace godwit

#pragma once
#include <span>
#include <string>

#include "service/sequencer.hpp"

namespace godwit::dispatch {

/// Who of them is to own the shard (rendezvous hashing): everybody who knows the same dispatchers says the same one,
/// and one that comes or goes moves its own share only. nullptr: there is nobody.
[[nodiscard]] inline const Dispatcher* owner_by_rendezvous(Shard shard, std::span<const Dispatcher> dispatchers) {
  const Dispatcher* owner = nullptr;
  std::uint64_t most = 0;
  for (const auto& dispatcher : dispatchers) {
    std::uint64_t score = 0xCBF29CE484222325ULL ^ shard;
    for (const char c : dispatcher.name) score = (score ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    // splitmix64's end: the multiplication alone leaves names that differ little with scores that do.
    score = (score ^ score >> 30U) * 0xBF58476D1CE4E5B9ULL;
    score = (score ^ score >> 27U) * 0x94D049BB133111EBULL;
    score ^= score >> 31U;
    if (owner == nullptr || score > most || (score == most && dispatcher.name < owner->name)) {
      owner = &dispatcher;
      most = score;
    }
  }
  return owner;
}

}  // namespace godwit::dispatch

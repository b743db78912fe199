#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "base/error.hpp"
#include "base/log.hpp"
#include "engine/elasticsearch/settings.hpp"

namespace godwit::engine::elasticsearch {

struct Rebuilt {
  std::string from, to;        ///< indices; `from` is left as it is, and takes no writes any more
  std::uint64_t messages = 0;  ///< of each
};

/// Makes the archive's index anew, out of its own records: for another version or folding, or with another number of
/// shards (`settings`). Archives may go on working on it.
///   - first everything is copied into the index of the next number, behind the alias `index`-building;
///   - then writes are blocked (puts are `unavailable` and come again), and what was written since is copied;
///   - both are compared, message by message: where they differ the block is lifted again, nothing else changes, and
///   the answer is `internal`;
///   - then the alias moves, in one step.
/// Blocks its thread until it is done. One at a time. What is broken off is taken up again by the next one; where it
/// was broken off with writes blocked, they stay so until then.
/// `tell`: how many messages were copied, every now and then.
[[nodiscard]] Result<Rebuilt> rebuild(const Settings& settings, Log& log,
                                      const std::function<void(std::uint64_t)>& tell = {});

}  // namespace godwit::engine::elasticsearch

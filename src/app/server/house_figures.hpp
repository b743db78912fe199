#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "app/server/house.hpp"

namespace godwit::app {

/// What all processes that answered have together.
struct HouseFigures {
  std::uint64_t sockets = 0, users = 0;  ///< people with sockets on two nodes count on each
  std::vector<processes::Queue> queues;  ///< of one name added up, in the order in which they were met
};
[[nodiscard]] HouseFigures figures_of(const HouseView& view);

/// The samples of all processes added up: those of one process as they are, of several by the interval of the clock on
/// the wall that they end nearest to, and of those only what ended before `until`: later ones may still be coming in.
[[nodiscard]] std::vector<processes::Sample> add_up(const HouseView& view, Millis until);

/// A shard's owners, as they say; where two do, one has lost it and does not know it yet.
struct ShardOwner {
  std::string process;
  std::vector<std::uint16_t> shards;
};
struct ShardMap {
  std::size_t total = 0;  ///< 0: the ledger is one whole
  std::vector<ShardOwner> owners;
  std::vector<std::uint16_t> unowned;
};
[[nodiscard]] ShardMap shards_of(const HouseView& view, bool sharded);

}  // namespace godwit::app

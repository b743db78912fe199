#pragma once
#include <memory>
#include <span>

#include "engine/mysql/ledger_store.hpp"

namespace godwit::mysql {

/// The ledger's store over one database or several, in which the shards lie in even ranges, in the order given. Blocks;
/// errors as of LedgerStore::open. Which databases they are, and in which order, is written down at the first start, in
/// each of them and in `home`, which all processes have in common: who comes with others is refused.
[[nodiscard]] Result<std::unique_ptr<dispatch::LedgerStore>> open_ledger(std::span<const Settings> databases,
                                                                         const Settings& home, Random& random, Log& log,
                                                                         Metrics& metrics);

/// Makes a ledger of databases that are copies of those of an older one with fewer: each is for its range of the shards
/// alone from now on (docs/deploy-many.md). Nobody numbers meanwhile. Again: does no harm. Blocks; without a change
/// where one of them has not all shards of its range.
[[nodiscard]] Result<void> split_ledger(std::span<const Settings> databases, const Settings& home, Random& random);

}  // namespace godwit::mysql

#pragma once
#include <memory>
#include <span>

#include "engine/mysql/ledger_store.hpp"

namespace godwit::mysql {

/// The ledger's store over one database or several, in which the shards lie in even ranges, in the order given. Blocks;
/// errors as of LedgerStore::open. The databases' number and order stay as they were at the first start.
[[nodiscard]] Result<std::unique_ptr<dispatch::LedgerStore>> open_ledger(std::span<const Settings> databases,
                                                                         Random& random, Log& log, Metrics& metrics);

}  // namespace godwit::mysql

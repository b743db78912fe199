#pragma once
#include <bitset>
#include <string>
#include <vector>

#include "domain/shard.hpp"
#include "engine/mysql/connection.hpp"

namespace godwit::mysql {

using Shards = std::bitset<kShards>;

/// Makes the ledger's tables, or brings them on (docs/formats.md). `name`: of the store's life, where it has none yet.
/// The name that it has. `refused` where the database was made for other shards than these: half of the ledger would be
/// looked for in vain.
[[nodiscard]] Answer<std::string> prepare_ledger(Connection& connection, const std::string& name, const Shards& shards);

/// Of a database that is a copy of one of an older ledger, with more shards than these: it is for these alone from now
/// on, under another name. `refused`, without a change, where it has not all of them, or where somebody still numbers.
[[nodiscard]] Answer<void> narrow_ledger(Connection& connection, const std::string& name, const Shards& shards);
/// `refused`, without a change, where narrow_ledger would be.
[[nodiscard]] Answer<void> check_narrows(Connection& connection, const Shards& shards);
/// What agree_on_ledger wrote.
[[nodiscard]] Answer<void> forget_agreement(Connection& connection);

/// Writes into the database that the ledger is what these stores are together, where it says nothing yet. `refused`
/// where it says another one: two ledgers would give the same numbers.
[[nodiscard]] Answer<void> agree_on_ledger(Connection& connection, const std::vector<std::string>& stores);

}  // namespace godwit::mysql

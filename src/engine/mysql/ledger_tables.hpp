#pragma once
#include <bitset>
#include <string>
#include <vector>

#include "domain/shard.hpp"
#include "engine/mysql/connection.hpp"

namespace godwit::mysql {

using Shards = std::bitset<kShards>;

/// Makes the ledger's tables, or brings them on (docs/formats.md). `name`: of the store's life, where it has none yet.
/// `refused` where the database was made for other shards than these: half of the ledger would be looked for in vain.
[[nodiscard]] Answer<void> prepare_ledger(Connection& connection, const std::string& name, const Shards& shards);

}  // namespace godwit::mysql

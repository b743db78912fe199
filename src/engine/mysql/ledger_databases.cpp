#include "engine/mysql/ledger_databases.hpp"

#include "dispatch/parted_ledger_store.hpp"

namespace godwit::mysql {

namespace {
using Stores = std::vector<std::unique_ptr<LedgerStore>>;

/// With what it stands on.
struct Owner {
  Stores stores;
};
class Databases final : Owner, public dispatch::PartedLedgerStore {
 public:
  Databases(Stores owned, const Map& map) : Owner{std::move(owned)}, PartedLedgerStore(parts(stores), map) {}

 private:
  static std::vector<std::reference_wrapper<dispatch::LedgerStore>> parts(const Stores& stores) {
    std::vector<std::reference_wrapper<dispatch::LedgerStore>> all;
    for (const auto& store : stores) all.emplace_back(*store);
    return all;
  }
};
}  // namespace

Result<std::unique_ptr<dispatch::LedgerStore>> open_ledger(std::span<const Settings> databases, Random& random,
                                                           Log& log, Metrics& metrics) {
  if (databases.empty() || databases.size() > kShards)
    return fail(Code::internal, "the ledger stands in 1 to 256 databases");
  const auto map = dispatch::PartedLedgerStore::even(databases.size());
  Stores stores;
  for (std::size_t part = 0; part < databases.size(); ++part) {
    Shards shards;
    for (Shard shard = 0; shard < kShards; ++shard) shards[shard] = map[shard] == part;
    TRY(auto store, LedgerStore::open(databases[part], random, log, metrics, shards));
    stores.push_back(std::move(store));
  }
  if (stores.size() == 1) return std::move(stores.front());
  return std::make_unique<Databases>(std::move(stores), map);
}

}  // namespace godwit::mysql

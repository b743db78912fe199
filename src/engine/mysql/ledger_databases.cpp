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

Shards shards_of(const dispatch::PartedLedgerStore::Map& map, std::size_t part) {
  Shards shards;
  for (Shard shard = 0; shard < kShards; ++shard) shards[shard] = map[shard] == part;
  return shards;
}

/// `work(connection)` there; its failure with the place's name.
template <class Work>
Result<void> at(const Settings& place, Work work) {
  auto connection = Connection::open(place);
  const auto done = connection ? work(*connection) : std::unexpected(connection.error());
  if (!done) return fail(Code::unavailable, place.address + "/" + place.database + ": " + done.error().words);
  return {};
}

/// The home first: of two who start at once with other databases one is refused before it has written anywhere else.
Result<void> agree(std::span<const Settings> databases, const Settings& home, const Stores& stores) {
  std::vector<std::string> names;
  for (const auto& store : stores) names.push_back(store->name());
  const auto agree_there = [&](Connection& connection) { return agree_on_ledger(connection, names); };
  CHECK_OK(at(home, agree_there));
  for (const auto& database : databases) CHECK_OK(at(database, agree_there));
  return {};
}
}  // namespace

Result<std::unique_ptr<dispatch::LedgerStore>> open_ledger(std::span<const Settings> databases, const Settings& home,
                                                           Random& random, Log& log, Metrics& metrics) {
  if (databases.empty() || databases.size() > kShards)
    return fail(Code::internal, "the ledger stands in 1 to 256 databases");
  const auto map = dispatch::PartedLedgerStore::even(databases.size());
  Stores stores;
  for (std::size_t part = 0; part < databases.size(); ++part) {
    TRY(auto store, LedgerStore::open(databases[part], random, log, metrics, shards_of(map, part)));
    stores.push_back(std::move(store));
  }
  CHECK_OK(agree(databases, home, stores));
  if (stores.size() == 1) return std::move(stores.front());
  return std::make_unique<Databases>(std::move(stores), map);
}

Result<void> split_ledger(std::span<const Settings> databases, const Settings& home, Random& random) {
  if (databases.size() < 2 || databases.size() > kShards)
    return fail(Code::bad_parameter, "mysql.ledger names no databases to split the ledger over: 2 to 256");
  const auto map = dispatch::PartedLedgerStore::even(databases.size());
  for (std::size_t part = 0; part < databases.size(); ++part)
    CHECK_OK(at(databases[part], [&](Connection& there) { return check_narrows(there, shards_of(map, part)); }));
  for (std::size_t part = 0; part < databases.size(); ++part)
    CHECK_OK(at(databases[part],
                [&](Connection& there) { return narrow_ledger(there, random.id(26), shards_of(map, part)); }));
  return at(home, forget_agreement);
}

}  // namespace godwit::mysql

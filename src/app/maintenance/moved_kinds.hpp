#pragma once
#include <functional>
#include <string>
#include <vector>

#include "app/maintenance/migration_source.hpp"
#include "app/maintenance/migration_target.hpp"
#include "base/table_row.hpp"

namespace godwit::app {

/// One kind of thing that goes from a data directory into a table of MySQL.
struct MovedKind {
  std::string name;
  Table table;                                            ///< as it is read there
  std::function<Result<void>(const RowSink&)> walk;       ///< of the directory, in an order that stays
  std::function<Result<Shard>(const TableRow&)> shard{};  ///< of the ledger's; empty: it is in the home
  bool log = false;                                       ///< a row gets the next position of its shard
};

/// In the order in which they are moved: what others refer to comes first. What it is given outlives it.
[[nodiscard]] std::vector<MovedKind> moved_kinds(MigrationSource& source, const mysql::Transfer::Move& move,
                                                 std::size_t parts);

}  // namespace godwit::app

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/maintenance/copy_kind.hpp"
#include "app/maintenance/row_digest.hpp"
#include "engine/elasticsearch/cluster.hpp"
#include "engine/elasticsearch/scan.hpp"
#include "engine/mysql/moved_tables.hpp"
#include "engine/sqlite/walk_rows.hpp"

namespace godwit::app {
namespace {

constexpr std::size_t kNamed = 5;

using Walk = std::function<Result<void>(const RowSink&)>;

/// What is to be the same on both sides.
struct Both {
  std::string name;
  std::size_t keys;
  Walk source, target;
};

Result<std::unique_ptr<RowDigest>> digest_of(const Walk& walk, std::size_t keys) {
  auto digest = std::make_unique<RowDigest>(keys);
  CHECK_OK(walk([&](const TableRow& row) -> Result<void> {
    digest->add(row);
    return {};
  }));
  return digest;
}

/// Reads both once more, for some names.
Result<std::vector<std::string>> names_of(const Both& both, std::size_t bucket) {
  RowDifference difference(both.keys, bucket);
  const auto add = [&](const Walk& walk, RowDifference::Side side) {
    return walk([&difference, side](const TableRow& row) -> Result<void> {
      difference.add(side, row);
      return {};
    });
  };
  CHECK_OK(add(both.source, RowDifference::Side::source));
  CHECK_OK(add(both.target, RowDifference::Side::target));
  return difference.names(kNamed);
}

Result<void> compare(const Both& both, const Say& say) {
  TRY(const auto source, digest_of(both.source, both.keys));
  TRY(const auto target, digest_of(both.target, both.keys));
  if (*source == *target) {
    say(fmt::format("{}: {} on both sides, hash {}", both.name, source->count(), source->hash()));
    return {};
  }
  TRY(const auto names, names_of(both, *source->differing(*target).begin()));
  return fail(Code::internal,
              fmt::format("{} differ: {} in the directory, {} in the engines, hashes {} and {}; {}", both.name,
                          source->count(), target->count(), source->hash(), target->hash(), fmt::join(names, ", ")));
}

Result<void> walk_index(const engine::elasticsearch::Settings& settings, const RowSink& sink) {
  engine::elasticsearch::Cluster cluster(settings);
  CHECK_OK(sync_wait(cluster.refreshed()));
  for (engine::elasticsearch::Scan scan(cluster);;) {
    TRY(const auto messages, sync_wait(scan.next()));
    if (messages.empty()) return {};
    for (const auto& message : messages) CHECK_OK(sink(mysql::row_of(*message)));
  }
}

}  // namespace

Result<void> compare_kind(const MovedKind& kind, MigrationTarget& target, const Say& say) {
  const auto there = [&](const RowSink& sink) -> Result<void> {
    if (!kind.shard) return target.home().walk(kind.table, sink);
    for (auto& part : target.ledger()) CHECK_OK(part.walk(kind.table, sink));
    return {};
  };
  return compare({.name = kind.name, .keys = kind.table.keys, .source = kind.walk, .target = there}, say);
}

Result<void> compare_archive(MigrationSource& source, MigrationTarget& target, const Say& say) {
  const auto here = [&](const RowSink& sink) {
    return engine::sqlite::walk_archive(source.paths().archive(),
                                        [&](const MessagePtr& message) { return sink(mysql::row_of(*message)); });
  };
  const auto there = [&](const RowSink& sink) { return walk_index(target.index(), sink); };
  return compare({.name = "archive", .keys = mysql::kMovedMessages.keys, .source = here, .target = there}, say);
}

}  // namespace godwit::app

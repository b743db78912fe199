#include "app/maintenance/migrate.hpp"

#include "app/maintenance/copy_kind.hpp"

namespace godwit::app {
namespace {

Result<void> copy_all(MigrationSource& source, MigrationTarget& target, const std::vector<MovedKind>& kinds,
                      const Say& say) {
  for (const auto& kind : kinds) CHECK_OK(copy_kind(kind, target, say));
  CHECK_OK(copy_archive(source, target, say));
  CHECK_OK(target.settle());
  say("numbers, epoch and what was applied: set");
  return {};
}

Result<void> compare_all(MigrationSource& source, MigrationTarget& target, const std::vector<MovedKind>& kinds,
                         const Say& say) {
  say("comparing both sides, row by row:");
  for (const auto& kind : kinds) CHECK_OK(compare_kind(kind, target, say));
  return compare_archive(source, target, say);
}

}  // namespace

Result<void> migrate(const std::string& from, const Config& to, const Say& say) {
  Tools tools;
  TRY(const auto source, MigrationSource::open(from, tools));
  TRY(const auto target, MigrationTarget::open(to, source->epoch(), tools));
  if (target->move().finished) {
    say("it was moved before: nothing is done");
    return {};
  }
  CHECK_OK(target->take_key(source->signing_key()));
  const auto kinds = moved_kinds(*source, target->move(), target->ledger().size());
  CHECK_OK(copy_all(*source, *target, kinds, say));
  CHECK_OK(compare_all(*source, *target, kinds, say));
  CHECK_OK(target->finish());
  say("moved. The signing key is in " + to.cluster.signing_key + ": every process with the role user needs this file");
  return {};
}

}  // namespace godwit::app

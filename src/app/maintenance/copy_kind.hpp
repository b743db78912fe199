#pragma once
#include "app/maintenance/migrate.hpp"
#include "app/maintenance/moved_kinds.hpp"

/// The two halves of a migration, kind by kind.
namespace godwit::app {

/// Copies what is not there yet.
[[nodiscard]] Result<void> copy_kind(const MovedKind& kind, MigrationTarget& target, const Say& say);
[[nodiscard]] Result<void> copy_archive(MigrationSource& source, MigrationTarget& target, const Say& say);

/// Reads all of it on both sides. internal, naming some of what differs.
[[nodiscard]] Result<void> compare_kind(const MovedKind& kind, MigrationTarget& target, const Say& say);
[[nodiscard]] Result<void> compare_archive(MigrationSource& source, MigrationTarget& target, const Say& say);

}  // namespace godwit::app

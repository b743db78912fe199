#pragma once
#include <filesystem>
#include <optional>

#include "engine/rocksdb/synced_length.hpp"

namespace godwit::rocks {

/// RocksDB drops the end of a write-ahead log that does not check, as a torn last write, and cannot tell one from
/// records that were answered and are gone. These can. Both want a directory at rest.

/// Reads every log. unavailable, naming file and place: a log is shorter than what was synced of it, or damaged before
/// that. Without `synced`: a record does not check although whole ones follow.
[[nodiscard]] Result<void> check_logs(const std::filesystem::path& directory, const std::optional<Synced>& synced);

/// Cuts what was written and never synced, from the first record on that does not check (a power cut may leave its
/// pages in any order); `all`: all of it. Answers how many bytes went.
[[nodiscard]] Result<std::uint64_t> cut_logs(const std::filesystem::path& directory, const Synced& synced, bool all);

}  // namespace godwit::rocks

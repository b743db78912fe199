#pragma once
#include <filesystem>

#include "base/error.hpp"

namespace godwit::rocks {

/// RocksDB takes a record of the write-ahead log that claims to reach beyond the file's end for a torn last one and
/// drops it with all behind it. That is right where nothing stands behind it, and silent loss where a flipped bit made
/// its length. This tells the two apart: unavailable, naming the file and the place, where whole records follow. Reads
/// the last block of each log.
[[nodiscard]] Result<void> check_log_tails(const std::filesystem::path& directory);

}  // namespace godwit::rocks

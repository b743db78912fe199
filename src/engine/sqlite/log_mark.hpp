#pragma once
#include <string>

#include "engine/sqlite/seal.hpp"

namespace godwit::engine::sqlite {

// SQLite's write-ahead log: a head of 32 bytes, then frames: a head of 24 bytes (page number, size of the database
// after a commit or 0, salt, running checksum; big-endian) and a page.
inline constexpr std::int64_t kLogHead = 32, kFrameHead = 24;

/// Holds a log at rest against what was synced of it; `seal` is named as the file to remove by whoever wants to go on.
[[nodiscard]] Result<void> check_log(const std::string& path, const Seal::LogMark& mark, const std::string& seal);

/// What a frame's head, written at `offset`, says: the log up to the end of its page, if it ends a transaction; else
/// length 0.
[[nodiscard]] Seal::LogMark commit_of(std::int64_t offset, std::string_view head);

}  // namespace godwit::engine::sqlite

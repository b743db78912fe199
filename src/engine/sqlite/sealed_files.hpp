#pragma once

namespace godwit::engine::sqlite {

/// From now on SQLite's files of this process go through a layer of ours, which keeps the seals (seal.hpp) of the
/// databases that have one: a page that does not check is SQLITE_CORRUPT. Every other file is as ever. May be called
/// again.
void watch_sealed_files();

}  // namespace godwit::engine::sqlite

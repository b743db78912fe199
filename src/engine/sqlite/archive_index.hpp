#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "engine/sqlite/sqlite_handle.hpp"

/// The text index of archive.db is made by one version of the fold (folding.hpp). Where another version wrote it, it is
/// made anew while the archive is in use: from the newest message to the oldest, a piece at a time, each piece in one
/// transaction with the place that it reached. A search reads what is below that place without the index.
namespace godwit::engine::sqlite {

struct IndexState {
  std::string version;          ///< of the fold that it is made by
  std::int64_t whole_from = 0;  ///< every message whose row is this or above is in it; 0: all are
  std::int64_t remaining = 0;   ///< messages below, about; -1: not counted yet

  [[nodiscard]] bool whole() const noexcept { return whole_from == 0; }
};
[[nodiscard]] Result<IndexState> read_index_state(Connection& connection);

/// On opening for writing: an index of another version than this program's is put aside, and an empty one in its place.
/// Takes no longer for a large archive than for a small one.
[[nodiscard]] Result<void> prepare_index(Connection& connection);

/// Makes the index of the archive at `path`, which is at rest, anew from its first message to its last, and answers how
/// many there are. `tell`: how many are left, every now and then. Broken off, it is gone on with where the archive is
/// opened next.
[[nodiscard]] Result<std::int64_t> make_index_anew(const std::string& path,
                                                   const std::function<void(std::int64_t)>& tell);

/// The index of a new archive.
[[nodiscard]] Result<void> make_index_tables(Connection& connection);
/// Where its state is kept; `version` made the index that is there.
[[nodiscard]] Result<void> make_index_state(Connection& connection, const std::string& version);

/// How many messages the archive has, about: walks the smallest tree.
[[nodiscard]] Result<std::int64_t> count_messages(Connection& connection);

/// The state of the archive at `path`, which may be in use.
[[nodiscard]] Result<IndexState> index_state_of(const std::string& path);

}  // namespace godwit::engine::sqlite

#pragma once
#include "engine/elasticsearch/cluster.hpp"

namespace godwit::engine::elasticsearch {

/// Makes the index `settings.index`-1 behind its alias where the alias is not there (two may do so at once), and looks
/// whether what is there is an index of this version, made by this folding, that syncs each write. `unavailable`, also
/// for what only a person can mend: its detail says what.
[[nodiscard]] Task<Result<void>> prepare_index(Cluster& cluster);

/// The same, and makes nothing. not_found: the index is not there.
[[nodiscard]] Task<Result<void>> check_index(Cluster& cluster);

}  // namespace godwit::engine::elasticsearch

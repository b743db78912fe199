#pragma once
#include "archive/archive_store.hpp"
#include "engine/elasticsearch/cluster.hpp"

namespace godwit::engine::elasticsearch {

/// One search of texts (archive_store.hpp). The index says which texts may be meant, the text itself whether it is, and
/// where: the same as in every engine (domain/sought_text.hpp).
///   - A reader's groups go into the query as stretches of seqs, kStretchesAtOnce at a time.
///   - A position is "<time>.<id>" of the last message looked at.
///   - After kMostMisses messages of a part that are not meant after all it answers what it has.
[[nodiscard]] Task<Result<archive::Hits>> search_texts(Cluster& cluster, archive::SearchQuery query);

}  // namespace godwit::engine::elasticsearch

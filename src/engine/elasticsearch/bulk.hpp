#pragma once
#include <string>
#include <vector>

#include "engine/elasticsearch/cluster.hpp"

/// Writes of documents, many at once. A document has two states, and no more:
///   1  made by `create`, which leaves alone what is there: a message, or what awaits a recalled one
///   2  put in the place of the first, by the version 2: what both together come to, the same whoever writes it
/// So no write undoes a later one, in whatever order they come; and nothing is ever deleted, as Elasticsearch forgets
/// the version of a deleted document after a minute.
namespace godwit::engine::elasticsearch {

struct Write {
  enum class Kind : std::uint8_t { create, settle };
  std::string id;
  Kind kind = Kind::create;
  std::string document;  ///< JSON
};

/// Whether a document was there already, one for each write of `create`; those of `settle` are always well.
using Existed = std::vector<bool>;

/// Makes all writes and judges each: all are durable when it comes back well. `unavailable`: some may be in; the same
/// again is safe. `internal` naming the document: it was refused for what it is, those before and beside it are in.
[[nodiscard]] Task<Result<Existed>> write_all(Cluster& cluster, std::vector<Write> writes);

}  // namespace godwit::engine::elasticsearch

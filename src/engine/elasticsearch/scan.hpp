#pragma once
#include <optional>
#include <string>
#include <vector>

#include "domain/message.hpp"
#include "engine/elasticsearch/cluster.hpp"

namespace godwit::engine::elasticsearch {

/// Walks through all messages of an index, of any version, ascending by id. What is written meanwhile may be seen or
/// not. Nothing is refreshed.
class Scan {
 public:
  /// `since`: only documents that were written at this sequence number of their shard, or later.
  explicit Scan(Cluster& cluster, std::int64_t since = 0) : cluster_(cluster), since_(since) {}

  /// The next ones; none: that was all.
  Task<Result<std::vector<MessagePtr>>> next();

 private:
  Cluster& cluster_;
  std::int64_t since_;
  std::optional<std::string> after_;
};

/// How many messages `to` has, where it has those of `from`, each the same to the byte or its tombstone, and no other;
/// `internal` naming the first one that differs. A tombstone that only `to` has must have its recall in `from`: the
/// put that was to settle it there was stopped half way. Of what is refreshed, while nobody writes.
[[nodiscard]] Task<Result<std::uint64_t>> compare(Cluster& from, Cluster& to);

}  // namespace godwit::engine::elasticsearch

#pragma once
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "domain/message.hpp"
#include "engine/elasticsearch/bulk.hpp"

namespace godwit::engine::elasticsearch {

/// Puts one batch of messages. Lives within one call of ElasticArchive::put.
///
/// Whoever comes second, the message or its recall, settles the document: each first tries to make it, and who finds it
/// made looks at it and puts what both come to in its place. So nobody has to be the only one who writes.
class PutBatch {
 public:
  PutBatch(Cluster& cluster, std::span<const MessagePtr> batch);
  Task<Result<void>> run();

 private:
  using Kept = std::map<std::string, MessagePtr>;  // by id; nullptr: awaited

  Task<Result<void>> make_all();
  Task<Result<void>> settle();
  /// The documents of these ids, without those that are not there.
  Task<Result<Kept>> look_at(std::vector<std::string> ids);
  void settle_one(const std::string& id, const Kept& kept, std::vector<Write>& writes) const;

  Cluster& cluster_;
  std::map<std::string, MessagePtr> messages_;  // by id
  std::set<std::string> recalled_;              // targets of the batch's 208s
  std::set<std::string> open_;                  // ids whose documents are still to be looked at
};

/// The messages of these ids, as they are now (no refresh is needed); nullptr: what awaits a recalled one.
[[nodiscard]] Task<Result<std::map<std::string, MessagePtr>>> get_documents(Cluster& cluster,
                                                                            std::vector<std::string> ids);

}  // namespace godwit::engine::elasticsearch

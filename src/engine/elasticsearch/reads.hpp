#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "archive/archive_store.hpp"
#include "engine/elasticsearch/cluster.hpp"

/// The reads of the port but the search. Each but the first asks for a refresh before it looks.
namespace godwit::engine::elasticsearch {

[[nodiscard]] Task<Result<MessagePtr>> find_message(Cluster& cluster, MessageId id);
[[nodiscard]] Task<Result<std::vector<MessagePtr>>> read_page(Cluster& cluster, Conversation conversation,
                                                              archive::Window window);
[[nodiscard]] Task<Result<std::uint64_t>> count_others(Cluster& cluster, Conversation conversation, UserKey user,
                                                       Seq after, Seq up_to);
[[nodiscard]] Task<Result<ReadRanges>> read_ranges(Cluster& cluster, Conversation conversation, UserKey user);

/// What a user may read of groups, by the conversation's name; of `only`, or of all that the user ever joined. Asks for
/// no refresh.
using GroupRights = std::map<std::string, ReadingRights>;
[[nodiscard]] Task<Result<GroupRights>> read_group_rights(Cluster& cluster, UserKey user,
                                                          std::optional<Conversation> only);

}  // namespace godwit::engine::elasticsearch

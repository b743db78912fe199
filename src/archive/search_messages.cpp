#include <map>

#include "archive/archive_role.hpp"
#include "base/gather.hpp"

namespace godwit::archive {

/// The store finds by the rights that it has heard of, and a leave may come to it after what was said since: of a
/// group's messages only those stay that the offline role's ranges allow, which are right at once.
Task<Result<Hits>> ArchiveRole::search_messages(SearchQuery query) {
  if (query.conversation) {
    CO_CHECK(co_await readable(query.reader, *query.conversation));
    CO_CHECK(co_await check_silent(query.reader, *query.conversation));
  }
  const auto reader = query.reader;
  CO_TRY(auto hits, co_await store_.search(std::move(query)));
  std::map<Conversation, ReadRanges> groups;
  for (const auto& hit : hits.items)
    if (hit.message->conversation.kind() == Conversation::Kind::group) groups[hit.message->conversation];
  Gather<Result<ReadRanges>> reads;
  for (const auto& [group, ranges] : groups) reads.start(offline_.ranges(reader, group));
  auto found = co_await reads.all();
  auto next = found.begin();
  for (auto& [group, ranges] : groups) {
    CO_TRY(ranges, std::move(*next++));
  }
  std::erase_if(hits.items, [&](const Hit& hit) {
    const auto group = groups.find(hit.message->conversation);
    return group != groups.end() && !group->second.contains(hit.message->seq);
  });
  co_return hits;
}

}  // namespace godwit::archive

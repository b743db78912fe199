#include "engine/memory/archive.hpp"

#include <algorithm>
#include <charconv>

#include "base/planted.hpp"
#include "domain/sought_text.hpp"

namespace godwit::engine::memory {

using archive::Hits;
using archive::SearchQuery;

Task<Result<void>> MemoryArchive::put(std::span<const MessagePtr> batch) {
  const std::lock_guard lock(disk_.mutex);
  for (const auto& message : batch) put(*message);
  co_return Result<void>();
}

void MemoryArchive::put(const Message& message) {
  const auto& conversation = message.conversation;
  const auto rights = [&](const UserKey& user) -> ReadingRights& { return disk_.rights[{user, conversation}]; };
  for (const auto& user : conversation.people()) rights(user).add(StayEvent::join(1));
  for (const auto& user : message.joined) rights(user).add(StayEvent::join(message.seq));
  for (const auto& user : message.left) rights(user).add(StayEvent::leave(message.seq, message.time));

  const ArchiveDisk::Place place{conversation, message.seq};
  if (message.type == Type::recalled) {
    const auto target = disk_.by_id.find(message.target);
    if (target != disk_.by_id.end())
      forget_text(target->second);
    else if (!planted(Bug::recall_lost_to_late_write))
      disk_.recalled_early.insert(message.target);
  }
  const bool known = disk_.by_id.contains(message.id.str()) || disk_.messages.contains(place);
  if (known && !planted(Bug::recall_lost_to_late_write)) return;
  disk_.messages.insert_or_assign(place, std::make_shared<const Message>(message));
  disk_.by_id.emplace(message.id.str(), place);
  disk_.by_time.emplace(ArchiveDisk::Moment(message.time, message.id.str()), place);
  if (disk_.recalled_early.erase(message.id.str()) > 0) forget_text(place);
}

void MemoryArchive::forget_text(const ArchiveDisk::Place& place) {
  auto& message = disk_.messages.at(place);
  if (!is_chat(message->type)) return;
  message = std::make_shared<const Message>(without_text(*message));
}

Task<Result<MessagePtr>> MemoryArchive::find(const MessageId& id) {
  const std::lock_guard lock(disk_.mutex);
  const auto found = disk_.by_id.find(id.str());
  co_return found == disk_.by_id.end() ? MessagePtr() : disk_.messages.at(found->second);
}

Task<Result<std::vector<MessagePtr>>> MemoryArchive::page(const Conversation& conversation, archive::Window window) {
  const std::lock_guard lock(disk_.mutex);
  std::vector<MessagePtr> items;
  const auto& all = disk_.messages;
  const auto end = all.lower_bound({conversation, window.before == 0 ? ~Seq{0} : window.before});
  if (window.newest) {
    for (auto at = end; at != all.begin() && items.size() < window.limit; --at) {
      const auto& [place, message] = *std::prev(at);
      if (place.first != conversation || place.second <= window.after) break;
      items.push_back(message);
    }
    std::ranges::reverse(items);
  } else {
    for (auto at = all.upper_bound({conversation, window.after}); at != all.end() && items.size() < window.limit;
         ++at) {
      if (at->first.first != conversation || (window.before != 0 && at->first.second >= window.before)) break;
      items.push_back(at->second);
    }
  }
  co_return items;
}

Task<Result<MessagePtr>> MemoryArchive::last_up_to(const Conversation& conversation, Seq seq) {
  const std::lock_guard lock(disk_.mutex);
  const auto above = disk_.messages.upper_bound({conversation, seq});
  if (above == disk_.messages.begin() || std::prev(above)->first.first != conversation) co_return MessagePtr();
  co_return std::prev(above)->second;
}

Task<Result<std::uint64_t>> MemoryArchive::count_chat(const Conversation& conversation, const UserKey& user, Seq after,
                                                      Seq up_to) {
  const std::lock_guard lock(disk_.mutex);
  std::uint64_t count = 0;
  for (auto at = disk_.messages.upper_bound({conversation, after});
       at != disk_.messages.end() && at->first.first == conversation && at->first.second <= up_to; ++at)
    if (is_chat(at->second->type) && at->second->sender != user.str()) ++count;
  co_return count;
}

Task<Result<ReadRanges>> MemoryArchive::ranges(const Conversation& conversation, const UserKey& user) {
  const std::lock_guard lock(disk_.mutex);
  const auto found = disk_.rights.find({user, conversation});
  co_return found == disk_.rights.end() ? ReadRanges() : found->second.ranges();
}

namespace {

/// "<time>.<id>"; nothing where it is not one.
std::optional<ArchiveDisk::Moment> parse_position(std::string_view text) {
  ArchiveDisk::Moment moment;
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + dot, moment.first);
  if (wrong != std::errc{} || end != text.data() + dot || moment.first < 0) return std::nullopt;
  moment.second = text.substr(dot + 1);
  return moment;
}

bool wanted(const Message& message, const SearchQuery& query) {
  return is_chat(message.type) && !message.recalled &&
         (!query.conversation || message.conversation == *query.conversation) &&
         (!query.sender || message.sender == query.sender->str()) && (!query.from || message.time >= *query.from) &&
         (!query.to || message.time <= *query.to);
}

}  // namespace

Task<Result<Hits>> MemoryArchive::search(SearchQuery query) {
  const SoughtText sought(query.text);
  std::optional<ArchiveDisk::Moment> below;
  if (!query.position.empty() && !(below = parse_position(query.position)))
    co_return fail(Code::bad_cursor, "not a position of this search");
  Hits hits;
  if (sought.empty() || query.limit == 0) co_return hits;

  const std::lock_guard lock(disk_.mutex);
  std::map<Conversation, ReadRanges> readable;
  for (auto row = disk_.rights.lower_bound({query.reader, Conversation()});
       row != disk_.rights.end() && row->first.first == query.reader; ++row)
    readable.emplace(row->first.second, row->second.ranges());
  ArchiveDisk::Moment last;
  for (auto at = below ? disk_.by_time.lower_bound(*below) : disk_.by_time.end(); at != disk_.by_time.begin();) {
    const auto& [moment, place] = *--at;
    const auto ranges = readable.find(place.first);
    const auto& message = disk_.messages.at(place);
    if (ranges == readable.end() || !ranges->second.contains(place.second) || !wanted(*message, query)) continue;
    auto highlight = sought.find_in(message->text);
    if (!highlight) continue;
    if (hits.items.size() == query.limit) {
      hits.position = std::to_string(last.first) + "." + last.second;
      break;
    }
    hits.items.push_back({message, std::move(*highlight)});
    last = moment;
  }
  co_return hits;
}

}  // namespace godwit::engine::memory

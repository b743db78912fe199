#include <algorithm>
#include <set>

#include "engine/memory/accounts_tables.hpp"

namespace godwit::engine::memory {

Result<void> Outbox::add(const user::Notice& notice) {
  auto& waiting = rows_.outbox.change();
  if (!notice.replaces.empty())
    std::erase_if(waiting, [&](const auto& row) { return row.second.replaces == notice.replaces; });
  const bool twice = std::ranges::any_of(waiting, [&](const auto& row) { return row.second.once == notice.once; });
  if (twice) return fail(Code::unavailable, "such a notice is waiting already");
  waiting[++rows_.last_notice] = notice;
  return {};
}

Result<std::vector<user::WaitingNotice>> Outbox::of(const Conversation& conversation, std::size_t limit) {
  return page<user::WaitingNotice>(
      rows_.outbox.rows(), std::int64_t{0}, limit, [&](std::int64_t ordinal, const user::Notice& notice) {
        return notice.frame.conversation == conversation
                   ? std::optional(user::WaitingNotice{.ordinal = ordinal, .notice = notice})
                   : std::nullopt;
      });
}

Result<std::vector<Conversation>> Outbox::waiting(const std::string& after, std::size_t limit) {
  std::set<Conversation> names;
  for (const auto& [ordinal, notice] : rows_.outbox.rows()) {
    if (notice.frame.conversation.name() > after) names.insert(notice.frame.conversation);
  }
  std::vector<Conversation> first(names.begin(), names.end());
  if (first.size() > limit) first.resize(limit);
  return first;
}

Result<void> Outbox::remove(std::span<const std::int64_t> ordinals) {
  for (const auto ordinal : ordinals) rows_.outbox.change().erase(ordinal);
  return {};
}

Result<std::int64_t> Changes::add(std::span<const changes::Change> changes) {
  rows_.changes.change()[++rows_.last_change].assign(changes.begin(), changes.end());
  return rows_.last_change;
}

Result<std::vector<user::WaitingChanges>> Changes::waiting(std::int64_t after, std::size_t limit) {
  return page<user::WaitingChanges>(rows_.changes.rows(), after, limit, [](std::int64_t ordinal, const auto& changes) {
    return std::optional(user::WaitingChanges{.ordinal = ordinal, .changes = changes});
  });
}

Result<void> Changes::remove(std::span<const std::int64_t> ordinals) {
  for (const auto ordinal : ordinals) rows_.changes.change().erase(ordinal);
  return {};
}

}  // namespace godwit::engine::memory

#include "offline/unread_counts.hpp"

namespace godwit::offline {

std::optional<UnreadCounts::Counted> UnreadCounts::find(const UserKey& user, const Conversation& conversation) const {
  std::lock_guard lock(mutex_);
  const auto found = counts_.find(key(user, conversation));
  return found == counts_.end() ? std::nullopt : std::optional(found->second);
}

void UnreadCounts::remember(const UserKey& user, const Conversation& conversation, const Counted& counted) {
  std::lock_guard lock(mutex_);
  if (counts_.size() >= capacity_) counts_.clear();
  counts_.insert_or_assign(key(user, conversation), counted);
}

}  // namespace godwit::offline

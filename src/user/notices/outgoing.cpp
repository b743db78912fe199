#include "user/notices/outgoing.hpp"

#include "user/store/change_outbox.hpp"
#include "user/store/notice_outbox.hpp"

namespace godwit::user {

Result<void> Outgoing::add(Tables& tables, Notice notice) {
  if (once_.empty()) once_ = "notice/" + random_.id(26);
  notice.once = once_ + "." + std::to_string(conversations_.size());
  conversations_.push_back(notice.frame.conversation);
  return tables.outbox.add(notice);
}

Result<void> Outgoing::take(Rated kind, const UserKey& who, std::string_view target) {
  if (!rated_) rated_ = rates_ == nullptr ? Result<void>{} : rates_->take(kind, who, target);
  return *rated_;
}

void Outgoing::begin() noexcept {
  conversations_.clear();
  changes_.clear();
  ordinal_ = 0;
}

Result<void> Outgoing::write_down(Tables& tables) {
  if (changes_.empty() || !write_changes_) return {};
  TRY(ordinal_, tables.changes.add(changes_));
  return {};
}

}  // namespace godwit::user

#include "user/notices/change_publisher.hpp"

#include <algorithm>

#include "base/executor.hpp"
#include "base/planted.hpp"
#include "user/store/change_outbox.hpp"

namespace godwit::user {

ChangePublisher::ChangePublisher(Ports ports, Log& log, Metrics& metrics)
    : ports_(ports),
      log_(log),
      published_(metrics.counter("godwit_changes_published_total", "Changes that the change log took.")),
      failed_(metrics.counter("godwit_changes_failed_total",
                              "Transactions whose changes the change log did not take; they are told again.")) {}

Task<bool> ChangePublisher::publish(std::vector<changes::Change> changes, std::int64_t ordinal) {
  auto* const executor = Executor::current();
  if (ordinal == 0 || executor == nullptr) co_return co_await try_to_tell(std::move(changes), ordinal);
  for (auto left = kPatience;; left -= kPause) {
    if (co_await try_to_tell(changes, ordinal)) co_return true;
    if (left <= std::chrono::milliseconds(0)) co_return false;
    co_await sleep_for(*executor, kPause);
  }
}

Task<bool> ChangePublisher::try_to_tell(std::vector<changes::Change> changes, std::int64_t ordinal) {
  ports_.own.changed(changes, {});
  if (planted(Bug::cache_not_told))
    std::erase_if(changes, [](const auto& change) { return change.kind == changes::Kind::pair; });
  const auto count = changes.size();
  const auto told = co_await ports_.log.publish(std::move(changes));
  if (!told) {
    failed_.add();
    co_return false;
  }
  published_.add(count);
  std::lock_guard lock(mutex_);
  last_ = std::max(last_, *told);
  if (ordinal == 0) co_return true;
  if (told_.size() < kMostTold) told_.push_back(ordinal);
  co_return true;
}

changes::Position ChangePublisher::last() const {
  std::lock_guard lock(mutex_);
  return last_;
}

Task<void> ChangePublisher::replay() {
  co_await remove_told();
  for (std::int64_t after = 0;;) {
    after = co_await replay_piece(after);
    if (after == 0) co_return;
  }
}

std::vector<std::int64_t> ChangePublisher::take_told() {
  std::lock_guard lock(mutex_);
  const auto piece = std::min(kPiece, told_.size());
  std::vector<std::int64_t> taken(told_.end() - static_cast<std::ptrdiff_t>(piece), told_.end());
  told_.resize(told_.size() - piece);
  return taken;
}

Task<void> ChangePublisher::remove_told() {
  for (;;) {
    const auto told = take_told();
    if (told.empty()) co_return;
    // Relaxed: what comes back after a power cut is told again, which changes nothing.
    const auto removed =
        co_await ports_.store.write([&](Tables& tables) { return tables.changes.remove(told); }, Durability::relaxed);
    if (!removed) co_return;  // told once more, with what others left
  }
}

Task<std::int64_t> ChangePublisher::replay_piece(std::int64_t after) {
  const auto waiting =
      co_await ports_.store.read([&](Tables& tables) { return tables.changes.waiting(after, kPiece); });
  if (!waiting) {
    log_.warn("changes_not_read", {{"reason", waiting.error().detail}});
    co_return 0;
  }
  for (const auto& row : *waiting) {
    {
      std::lock_guard lock(mutex_);
      if (std::ranges::find(told_, row.ordinal) != told_.end()) continue;
    }
    const bool told = co_await try_to_tell(row.changes, row.ordinal);
    if (!told) co_return 0;  // the log is away: no use in asking for each of thousands
  }
  const auto last = waiting->size() < kPiece ? 0 : waiting->back().ordinal;
  co_await remove_told();
  co_return last;
}

}  // namespace godwit::user

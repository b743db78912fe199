#include "user/notices/announcer.hpp"

#include <algorithm>
#include <atomic>

#include "base/executor.hpp"
#include "user/store/notice_outbox.hpp"

namespace godwit::user {

struct Announcer::Fan {
  std::vector<Conversation> conversations;
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> running{0};
  std::function<void(bool)> done;

  void leave() {
    if (running.fetch_sub(1) == 1) done(true);
  }
};

Announcer::Announcer(Store& store, dispatch::Service& dispatch, Log& log, Metrics& metrics)
    : store_(store),
      dispatch_(dispatch),
      log_(log),
      published_(metrics.counter("godwit_notices_published_total", "Notices handed to dispatch")),
      failed_(
          metrics.counter("godwit_notices_failed_total", "Notices that dispatch did not take; they are tried again")) {}

Task<void> Announcer::announce(std::vector<Conversation> conversations) {
  std::ranges::sort(conversations);
  const auto repeats = std::ranges::unique(conversations);
  conversations.erase(repeats.begin(), repeats.end());
  if (conversations.size() == 1) (void)co_await empty(std::move(conversations.front()));
  if (conversations.size() <= 1) co_return;
  auto fan = std::make_shared<Fan>();
  fan->conversations = std::move(conversations);
  co_await completion<bool>([this, fan](auto done) {
    // The last to leave resumes the caller, maybe at once: nothing but locals may be touched behind it.
    const auto shared = fan;
    auto& self = *this;
    const auto workers = std::min(kAtOnce, shared->conversations.size());
    shared->done = std::move(done);
    shared->running = workers + 1;
    for (std::size_t i = 0; i < workers; ++i) spawn(worker(self, shared));
    shared->leave();
  });
}

Task<void> Announcer::worker(Announcer& self, std::shared_ptr<Fan> fan) {
  for (;;) {
    const auto mine = fan->next.fetch_add(1);
    if (mine >= fan->conversations.size()) break;
    (void)co_await self.empty(fan->conversations[mine]);
  }
  fan->leave();
}

Task<void> Announcer::replay() {
  std::string after;
  for (;;) {
    auto waiting = co_await store_.read([&](Tables& tables) { return tables.outbox.waiting(after, kAtOnce); });
    if (!waiting) {
      log_.warn("outbox_not_read", {{"reason", waiting.error().detail}});
      co_return;
    }
    if (waiting->empty()) co_return;
    after = waiting->back().name();
    const auto failed = failed_.value();
    const auto tried = waiting->size();
    co_await announce(std::move(*waiting));
    if (failed_.value() - failed > tried / 2) co_return;  // dispatch is away: no use in asking for each of thousands
  }
}

Task<bool> Announcer::empty(Conversation conversation) {
  bool mine = false;
  {
    std::lock_guard lock(mutex_);
    mine = busy_.try_emplace(conversation).second;
  }
  if (!mine) {
    const auto waited = co_await completion<std::optional<bool>>([&](auto done) {
      {
        std::lock_guard lock(mutex_);
        if (const auto lane = busy_.find(conversation); lane != busy_.end()) {
          lane->second.after_next.emplace_back(done);
          return;
        }
      }
      done(std::nullopt);
    });
    if (waited) co_return *waited;
    co_return co_await empty(std::move(conversation));
  }
  const bool mine_all = co_await pass(conversation);
  std::vector<Lane::Done> served;
  for (bool all = mine_all;; all = co_await pass(conversation)) {
    for (auto& done : served) done(all);
    std::lock_guard lock(mutex_);
    const auto lane = busy_.find(conversation);
    served = std::exchange(lane->second.after_next, {});
    if (served.empty()) {
      busy_.erase(lane);
      co_return mine_all;
    }
  }
}

Task<bool> Announcer::pass(const Conversation& conversation) {
  bool all = true;
  for (bool more = true; more && all;) {
    auto rows = co_await store_.read([&](Tables& tables) { return tables.outbox.of(conversation, kRowsAtOnce); });
    if (!rows || rows->empty()) co_return rows.has_value();
    more = rows->size() == kRowsAtOnce;
    std::vector<std::int64_t> done;
    for (auto& row : *rows) {
      const auto published = co_await publish(std::move(row.notice));
      if (!published) {
        failed_.add();
        log_.warn("notice_not_published",
                  {{"conversation", conversation.name()}, {"code", info(published.error().code).name}});
        all = false;
        break;
      }
      published_.add();
      done.push_back(row.ordinal);
    }
    if (done.empty()) co_return false;
    // Relaxed: what comes back after a power cut is published again, which changes nothing.
    const auto removed =
        co_await store_.write([&](Tables& tables) { return tables.outbox.remove(done); }, Durability::relaxed);
    if (!removed) co_return all && !more;
  }
  co_return all;
}

Task<Result<void>> Announcer::publish(Notice notice) {
  CO_TRY(const auto published, co_await dispatch_.publish(std::move(notice.frame), std::move(notice.once)));
  (void)published;
  co_return Result<void>{};
}

}  // namespace godwit::user

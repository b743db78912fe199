#include <algorithm>

#include "clients/terminal/client.hpp"

namespace godwit::chat {
namespace {
constexpr std::size_t kMostTalks = 5000;

struct Lists {
  Page<ConversationRow> conversations;
  Page<FriendRow> friends;
  Page<GroupRow> groups;
};

Answer<Lists> read_all_lists(Api& api) {
  auto conversations = api.all<ConversationRow>("/v1/conversations", kMostTalks);
  if (!conversations) return std::unexpected(std::move(conversations).error());
  auto friends = api.all<FriendRow>("/v1/friends", kMostTalks);
  if (!friends) return std::unexpected(std::move(friends).error());
  auto groups = api.all<GroupRow>("/v1/groups", kMostTalks);
  if (!groups) return std::unexpected(std::move(groups).error());
  return Lists{std::move(*conversations), std::move(*friends), std::move(*groups)};
}
}  // namespace

/// After each 201: the lists first, because they say where each conversation stood, then the whole inbox; pushes wait
/// meanwhile.
void Client::begin_sync() {
  ++connection_;
  sync_at_ = 0;
  synced_ = false;
  pull_again_ = false;
  pulling_.reset();
  held_.clear();
  // What an earlier pull brought before it broke off is told first: however short connections are, each gets further.
  tell_acks();
  hand_over(keeper_, read_all_lists, [this, connection = connection_](Answer<Lists> lists) {
    if (connection != connection_) return;
    if (!lists) return sync_failed(lists.error());
    model_.take_friends(lists->friends.items);
    model_.take_groups(lists->groups.items);
    model_.take_conversations(lists->conversations.items, lists->conversations.next.empty());
    lists_known_ = true;
    pull({});
  });
}

/// After a failure on a connection that still stands: the same page again.
void Client::resume_sync() {
  if (!pulling_) return begin_sync();
  sync_at_ = 0;
  pull(*pulling_);
}

void Client::pull(const std::string& cursor) {
  pulling_ = cursor;
  hand_over(
      keeper_,
      [cursor, epoch = epoch_](Api& api) {
        return api.page<Frame>("/v1/offline?limit=500&epoch=" + Api::escape(epoch) +
                               (cursor.empty() ? std::string() : "&cursor=" + Api::escape(cursor)));
      },
      [this, connection = connection_](Answer<Page<Frame>> page) {
        if (connection != connection_) return;
        if (!page) return sync_failed(page.error());
        take_inbox(std::move(*page));
      });
}

/// The server says that a push may be missing: the inbox once more; pushes wait meanwhile.
void Client::pull_missed() {
  if (!std::exchange(synced_, false)) {
    pull_again_ = true;
    return;
  }
  pull({});
}

void Client::take_inbox(Page<Frame> page) {
  const auto before = std::exchange(epoch_, page.epoch);
  if (!before.empty() && before != epoch_) {
    model_.start_over();
    return begin_sync();
  }
  if (!page.complete) model_.refill();
  for (const auto& frame : page.items) model_.take(frame, now());
  if (!page.next.empty()) return pull(page.next);
  finish_sync();
}

void Client::finish_sync() {
  for (const auto& frame : std::exchange(held_, {})) model_.take(frame, now());
  if (std::exchange(pull_again_, false)) return pull({});
  synced_ = true;
  acked_at_ = 0;
  // The lists were read a moment ago; what the inbox told about them is older.
  (void)model_.take_lists_changed();
  if (const auto* talk = model_.find(model_.open()); talk != nullptr && !talk->loaded) open(talk->name);
}

void Client::sync_failed(const Failure& failure) {
  if (!failure.retryable) {
    pulling_.reset();
    failed(failure);
  }
  sync_at_ = now() + std::max(kRetry, failure.retry_after);
}

void Client::read_lists() {
  call(read_all_lists, [this](Answer<Lists> lists) {
    if (!lists) return;
    model_.take_friends(lists->friends.items);
    model_.take_groups(lists->groups.items);
  });
}

}  // namespace godwit::chat

#include "dispatch/live_readers.hpp"

#include <algorithm>

#include "base/executor.hpp"
#include "base/planted.hpp"

namespace godwit::dispatch {
namespace {

bool changes_readers(const Message& message) { return !message.joined.empty() || !message.left.empty(); }

/// Who could read before a message, of those who can after it: joins and leaves alternate.
std::vector<UserKey> who_read_before(std::vector<UserKey> after, const Message& message) {
  Message backwards;
  backwards.joined = message.left;
  backwards.left = message.joined;
  return who_reads_on(who_reads(std::move(after), backwards), backwards);
}

}  // namespace

Audience LiveReaders::Entry::take(const Message& message) {
  seq = message.seq;
  if (!changes_readers(message)) return open;
  auto readers = audience_of(who_reads(*open, message));
  open = message.left.empty() ? readers : audience_of(who_reads_on(*readers, message));
  return readers;
}

/// What waited, ascending by seq: the inbox may have taken the first of it in already.
std::vector<Readable> LiveReaders::Entry::take_waiting() {
  const auto messages = std::exchange(waiting, {});
  std::vector<Readable> taken(messages.size());
  const auto known = std::ranges::upper_bound(messages, seq, {}, &Message::seq) - messages.begin();
  auto after = open;
  for (auto i = known; i-- > 0;) {
    const auto& message = messages[static_cast<std::size_t>(i)];
    const auto before = changes_readers(*message) ? audience_of(who_read_before(*after, *message)) : after;
    taken[static_cast<std::size_t>(i)] = {message, before == after ? after : audience_of(who_reads(*before, *message))};
    after = before;
  }
  for (auto i = static_cast<std::size_t>(known); i < messages.size(); ++i)
    taken[i] = {messages[i], take(*messages[i])};
  return taken;
}

LiveReaders::LiveReaders(offline::Service& offline, std::size_t names, Late late, Dropped dropped, Metrics& metrics)
    : offline_(offline),
      shard_weight_(names / kShards),
      late_(std::move(late)),
      drop_(std::move(dropped)),
      dropped_(metrics.counter("godwit_pushes_dropped_total",
                               "Messages of groups pushed to nobody: who may read them could not be loaded.")) {}

LiveReaders::Shard& LiveReaders::shard_of(const Conversation& group) {
  const auto hash = static_cast<std::uint64_t>(std::hash<Conversation>{}(group)) * 0x9E3779B97F4A7C15ULL;
  return shards_[hash >> 60U];
}

std::shared_ptr<LiveReaders::Entry> LiveReaders::entry_of(Shard& shard, const Conversation& group) {
  auto& entry = shard.entries[group];
  if (entry) {
    shard.by_use.splice(shard.by_use.begin(), shard.by_use, entry->place);
    return entry;
  }
  entry = std::make_shared<Entry>(group);
  shard.by_use.push_front(entry);
  entry->place = shard.by_use.begin();
  const auto kept = entry;
  count(shard, *entry);
  return kept;
}

/// After an entry has changed: makes room. One that somebody holds (besides the two lists here) stays.
void LiveReaders::count(Shard& shard, Entry& entry) {
  shard.weight += entry.weight() - entry.counted;
  entry.counted = entry.weight();
  for (auto tries = shard.by_use.size(); shard.weight > shard_weight_ && tries > 1; --tries) {
    const auto last = std::prev(shard.by_use.end());
    if (last->use_count() > 2 || last->get() == &entry) {
      shard.by_use.splice(shard.by_use.begin(), shard.by_use, last);
      continue;
    }
    shard.weight -= (*last)->counted;
    shard.entries.erase((*last)->group);
    shard.by_use.erase(last);
  }
}

LiveReaders::Held LiveReaders::find(const Conversation& group) {
  Shard& shard = shard_of(group);
  std::lock_guard lock(shard.mutex);
  const auto found = shard.entries.find(group);
  if (found == shard.entries.end() || !found->second->open || found->second->loading) return nullptr;
  return entry_of(shard, group);
}

Task<Result<LiveReaders::Held>> LiveReaders::load(Conversation group) {
  Shard& shard = shard_of(group);
  std::shared_ptr<Entry> entry;
  bool mine = false;
  {
    std::lock_guard lock(shard.mutex);
    entry = entry_of(shard, group);
    if (entry->open && !entry->loading) co_return Held(entry);
    mine = !std::exchange(entry->loading, true);
  }
  if (mine) spawn(read(entry));
  co_return co_await completion<Result<Held>>([&](auto done) { wait(entry, std::move(done)); });
}

void LiveReaders::wait(const std::shared_ptr<Entry>& entry, std::function<void(Result<Held>)> done) {
  Result<Held> now = fail(Code::unavailable, "who may read the group is not known right now");
  {
    std::lock_guard lock(shard_of(entry->group).mutex);
    if (entry->loading && entry->asked.size() < kMostWaiting) return entry->asked.push_back(std::move(done));
    if (entry->open && !entry->loading) now = Held(entry);
  }
  done(std::move(now));
}

Audience LiveReaders::fold(const MessagePtr& message) {
  static const auto nobody = audience_of({});
  Shard& shard = shard_of(message->conversation);
  std::shared_ptr<Entry> load;
  {
    std::lock_guard lock(shard.mutex);
    auto entry = entry_of(shard, message->conversation);
    if (message->seq == 1 && !entry->open) entry->open = nobody;  // nothing came before
    const bool next = message->seq == entry->seq + 1 || planted(Bug::audience_older_than_wait);
    if (entry->open && !entry->loading && next) {
      auto readers = entry->take(*message);
      if (changes_readers(*message)) count(shard, *entry);
      return readers;
    }
    if (entry->waiting.size() >= kMostWaiting) return entry->overflowed = true, dropped_.add(), nullptr;
    entry->waiting.push_back(message);
    if (!std::exchange(entry->loading, true)) load = std::move(entry);
  }
  if (load) spawn(read(std::move(load)));
  return nullptr;
}

Task<void> LiveReaders::read(std::shared_ptr<Entry> entry) {
  auto loaded = co_await offline_.readers(entry->group);
  land(entry, std::move(loaded));
}

void LiveReaders::land(const std::shared_ptr<Entry>& entry, Result<offline::OpenReaders> loaded) {
  Shard& shard = shard_of(entry->group);
  std::unique_lock lock(shard.mutex);
  entry->open = loaded ? audience_of(std::move(loaded->users)) : nullptr;
  entry->seq = loaded ? loaded->seq : 0;
  bool dropped = std::exchange(entry->overflowed, false);
  if (!loaded) {
    const auto unread = std::exchange(entry->waiting, {}).size();
    dropped_.add(unread);
    dropped = dropped || unread > 0;
  }
  while (!entry->waiting.empty()) {
    const auto readable = entry->take_waiting();
    lock.unlock();  // what is committed meanwhile waits for the next round
    late_(readable);
    lock.lock();
  }
  entry->loading = false;
  count(shard, *entry);
  const auto asked = std::exchange(entry->asked, {});
  lock.unlock();
  if (dropped) drop_();
  for (const auto& done : asked)
    done(loaded ? Result<Held>(entry) : Result<Held>(std::unexpected(loaded.error())));
}

}  // namespace godwit::dispatch

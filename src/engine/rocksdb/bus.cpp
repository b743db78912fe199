#include "engine/rocksdb/bus.hpp"

#include <pthread.h>

#include <algorithm>

#include "engine/rocksdb/keys.hpp"
#include "wire/record.hpp"

namespace godwit::rocks {

using dispatch::Topic;

RocksdbBus::RocksdbBus(Store& store, Committer& committer, Recent& recent, dispatch::DeadLetters& dead_letters,
                       const Settings& settings, Log& log, Metrics& metrics)
    : store_(store),
      committer_(committer),
      recent_(recent),
      settings_(settings),
      consumers_{std::make_unique<Consumer>(Topic::store, store, recent, dead_letters, settings, log),
                 std::make_unique<Consumer>(Topic::offline, store, recent, dead_letters, settings, log)} {
  for (const auto topic : {Topic::store, Topic::offline}) {
    at(topic).on_progress = [this] { nudge(); };
    const bool store_topic = topic == Topic::store;
    metrics.queue({.name = store_topic ? "bus-store" : "bus-offline",
                   .metric = "godwit_bus_lag",
                   .help = "Durable messages that a consumer has not taken yet.",
                   .labels = store_topic ? R"(topic="store")" : R"(topic="offline")",
                   .bound = 0,
                   .depth = [this, topic] { return static_cast<std::size_t>(lag(topic)); }});
  }
}

Result<std::optional<Offset>> RocksdbBus::load_cursor(const Consumer& consumer) {
  ::rocksdb::PinnableSlice value;
  TRY(const bool found, store_.get(Family::meta, consumer_key(consumer.name()), value));
  if (!found) return std::nullopt;
  if (value.size() != 8) return std::unexpected(store_.damaged("the cursor of " + consumer.name()));
  return read_be8(value.data());
}

Result<RocksdbBus::Ends> RocksdbBus::find_ends() {
  const auto log = store_.iterate(Family::log, /*fill_cache=*/false);
  Ends ends;
  for (std::size_t i = 0; i < consumers_.size(); ++i) {
    TRY(ends.cursors[i], load_cursor(*consumers_[i]));
    ends.end = std::max(ends.end, ends.cursors[i].value_or(0));
  }
  log->SeekToFirst();
  const auto first = log->Valid() ? std::optional(read_be8(log->key().data())) : std::nullopt;
  log->SeekToLast();
  if (log->Valid()) {
    ends.end = std::max(ends.end, read_be8(log->key().data()) + 1);
    if (const auto message = wire::decode_record(log->value().ToStringView())) ends.newest = message->time;
  }
  CHECK_OK(store_.check(log->status()));
  ends.first = first.value_or(ends.end);
  return ends;
}

Result<void> RocksdbBus::load() {
  TRY(const auto ends, find_ends());
  std::lock_guard lock(house_mutex_);
  trimmed_ = ends.first;
  for (std::size_t i = 0; i < consumers_.size(); ++i) {
    written_[i] = std::max(ends.cursors[i].value_or(0), trimmed_);
    consumers_[i]->begin_at(written_[i]);
  }
  recent_.begin_at(ends.end);
  newest_time_ = ends.newest;
  return {};
}

Result<void> RocksdbBus::reopened() {
  TRY(const auto ends, find_ends());
  if (ends.end != recent_.end()) {
    return fail(Code::unavailable, "the log ends at " + std::to_string(ends.end) + ", but " +
                                       std::to_string(recent_.end()) + " messages were answered");
  }
  catch_up_to_.store(ends.end);
  std::lock_guard lock(house_mutex_);
  trimmed_ = ends.first;
  for (std::size_t i = 0; i < consumers_.size(); ++i) written_[i] = std::max(ends.cursors[i].value_or(0), trimmed_);
  at(Topic::offline).go_back_to(written_[static_cast<std::size_t>(Topic::offline)]);
  return {};
}

void RocksdbBus::consume(Topic topic, Handler handler) {
  handlers_[static_cast<std::size_t>(topic)] = std::move(handler);
}

void RocksdbBus::start() {
  keeper_ = std::thread([this] { keep_house(); });
  for (std::size_t i = 0; i < consumers_.size(); ++i) {
    if (handlers_[i]) consumers_[i]->start(std::move(handlers_[i]));
  }
}

void RocksdbBus::stop() {
  for (const auto& consumer : consumers_) consumer->stop();
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  nudged_.notify_all();
  if (keeper_.joinable()) keeper_.join();
}

Task<Result<void>> RocksdbBus::settled(Topic topic) {
  auto& consumer = at(topic);
  const auto target = recent_.end();
  if (consumer.next() >= target || (topic == Topic::offline && committer_.failing())) co_return Result<void>();
  nudge();  // somebody must look at the deadline
  co_return co_await completion<Result<void>>([&consumer, target](auto done) {
    auto shared = std::make_shared<decltype(done)>(std::move(done));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(2);
    const bool taken =
        consumer.when_taken(target, deadline, [shared](Result<void> result) { (*shared)(std::move(result)); });
    if (!taken) (*shared)(fail(Code::unavailable, "too many readers are waiting"));
  });
}

Task<Result<void>> RocksdbBus::hand_again(Topic topic, MessagePtr message) {
  auto& consumer = at(topic);
  co_return co_await completion<Result<void>>([&consumer, &message](auto done) {
    auto shared = std::make_shared<decltype(done)>(std::move(done));
    if (!consumer.hand_again(std::move(message), [shared](Result<void> taken) { (*shared)(std::move(taken)); }))
      (*shared)(fail(Code::unavailable, "no consumer runs that could take it"));
  });
}

Result<std::vector<MessagePtr>> RocksdbBus::untaken() const {
  const auto& inbox = at(Topic::offline);
  std::vector<MessagePtr> messages;
  auto next = inbox.next();
  if (!committer_.failing() && next >= catch_up_to_.load()) return messages;
  for (const auto end = recent_.end(); next < end;) {
    if (messages.size() > settings_.recent_messages)
      return fail(Code::unavailable, "the inbox is too far behind, and cannot catch up");
    TRY(auto piece, inbox.read(next));
    next += piece.size();
    std::erase(piece, nullptr);
    std::ranges::move(piece, std::back_inserter(messages));
  }
  return messages;
}

std::uint64_t RocksdbBus::lag(Topic topic) const {
  const auto end = recent_.end(), next = at(topic).next();
  return end > next ? end - next : 0;
}

void RocksdbBus::nudge() {
  std::lock_guard lock(mutex_);
  dirty_ = true;
  if (idle_) nudged_.notify_one();
}

void RocksdbBus::keep_house() {
  pthread_setname_np(pthread_self(), "bus-keeper");
  for (bool more = false;;) {
    {
      std::unique_lock lock(mutex_);
      idle_ = !more;
      if (!more) nudged_.wait(lock, [this] { return stopping_ || dirty_; });
      idle_ = false;
      nudged_.wait_for(lock, std::chrono::milliseconds(200), [this] { return stopping_; });
      dirty_ = false;
      if (stopping_) break;
    }
    more = write_cursors();
    for (const auto& consumer : consumers_) more = consumer->expire_waiters(std::chrono::steady_clock::now()) || more;
  }
  write_cursors();
}

bool RocksdbBus::write_cursors() {
  const auto generation = committer_.generation();  // before anything is read
  std::vector<Change> changes;
  std::array<Offset, 2> next{};
  std::unique_lock lock(house_mutex_);
  for (std::size_t i = 0; i < consumers_.size(); ++i) {
    next[i] = consumers_[i]->next();
    if (next[i] != written_[i])
      changes.push_back({Change::Kind::put, Family::meta, consumer_key(consumers_[i]->name()), be8(next[i])});
  }
  // Only what the cursors on disk are beyond already, or with the same batch, may go.
  const auto both = std::min(next[0], next[1]);
  const bool trim = holds_.load() == 0 && both >= trimmed_ + settings_.trim_step;
  if (trim) changes.push_back({Change::Kind::remove_range, Family::log, be8(trimmed_), be8(both)});
  if (changes.empty()) return false;
  lock.unlock();
  if (const auto applied = sync_wait(committer_.apply(std::move(changes), /*sync=*/false, generation)); !applied)
    return true;
  lock.lock();
  if (committer_.generation() != generation) return true;
  written_ = next;
  if (trim) trimmed_ = both;
  return false;
}

}  // namespace godwit::rocks

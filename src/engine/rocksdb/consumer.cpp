#include "engine/rocksdb/consumer.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "engine/rocksdb/bytes.hpp"
#include "wire/record.hpp"

namespace godwit::rocks {
namespace {
constexpr int kNiceness = 5;
}

using std::chrono::milliseconds;
using std::chrono::steady_clock;

void Consumer::start(dispatch::Bus::Handler handler) {
  handler_ = std::move(handler);
  thread_ = std::thread([this] { run(); });
}

void Consumer::stop() {
  stopping_.store(true);
  {
    std::lock_guard lock(mutex_);
  }
  posted_.notify_all();
  recent_.wake();
  if (thread_.joinable()) thread_.join();
  expire_waiters(Deadline::max());
}

void Consumer::run() {
  pthread_setname_np(pthread_self(), ("bus-" + name_).substr(0, 15).c_str());
  // The archive's work is large and nobody waits for it: what it has not taken yet is covered by the reads that need it
  // (ADR 0008).
  if (name_ == "store") ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNiceness);
  set_current(this);
  milliseconds back_off(1);
  while (!stopping_.load()) {
    std::unique_lock place(place_mutex_);
    const auto turn = turn_;
    place.unlock();
    auto messages = take();
    if (!messages)
      log_.error("bus_cannot_read", {{"topic", name_}, {"offset", next()}, {"reason", messages.error().detail}});
    const auto count = messages ? messages->size() : 0;
    if (messages) *messages = without_damaged(std::move(*messages));
    if (!messages || (!messages->empty() && !deliver(*messages))) {
      pause(back_off);
      back_off = std::min(2 * back_off, milliseconds(1000));
      continue;
    }
    back_off = milliseconds(1);
    if (count == 0) continue;
    advance(count, turn);
    answer_waiters();
    on_progress();
  }
}

void Consumer::advance(std::size_t taken, std::uint64_t turn) {
  std::lock_guard lock(place_mutex_);
  if (turn == turn_) next_.fetch_add(taken);
}

void Consumer::go_back_to(Offset next) {
  {
    std::lock_guard lock(place_mutex_);
    ++turn_;
    next_.store(std::min(next, next_.load()));
  }
  recent_.wake();
}

Result<std::vector<MessagePtr>> Consumer::take() {
  recent_.wait(next_, stopping_);
  if (stopping_.load()) return std::vector<MessagePtr>();
  return read(next());
}

Result<std::vector<MessagePtr>> Consumer::read(Offset from) const {
  if (auto messages = recent_.from(from); !messages.empty()) return messages;
  return read_log(from);
}

Result<std::vector<MessagePtr>> Consumer::read_log(Offset from) const {
  const auto log = store_.iterate(Family::log, /*fill_cache=*/false);
  std::vector<MessagePtr> messages;
  std::size_t bytes = 0;
  const auto end = recent_.end();
  log->Seek(be8(from));
  while (from + messages.size() < end && messages.size() < settings_.take_messages && bytes < settings_.take_bytes) {
    const auto expected = from + messages.size();
    const bool here = log->Valid() && log->key().size() == 8 && read_be8(log->key().data()) == expected;
    if (!log->Valid() && !log->status().ok()) {
      if (!log->status().IsCorruption()) return std::unexpected(store_.error(log->status()));
      messages.push_back(nullptr);  // a block that does not check; what follows is looked for at the next one
      break;
    }
    auto message = here ? wire::decode_record(log->value().ToStringView()) : fail(Code::internal);
    messages.push_back(message ? std::make_shared<const Message>(std::move(*message)) : nullptr);
    if (!here) continue;
    bytes += log->value().size();
    log->Next();
  }
  return messages;
}

/// One damaged record must not stop what comes after it.
std::vector<MessagePtr> Consumer::without_damaged(std::vector<MessagePtr> messages) {
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (messages[i]) continue;
    log_.error("bus_record_skipped", {{"topic", name_}, {"offset", next() + i}});
    skipped_.add();
  }
  std::erase(messages, nullptr);
  return messages;
}

bool Consumer::deliver(const std::vector<MessagePtr>& messages) {
  Result<void> taken;
  bool done = false;  // the coroutine below may end on another thread
  struct Run {
    static Task<void> handler(Consumer& self, const std::vector<MessagePtr>& messages, Result<void>& taken,
                              bool& done) {
      taken = co_await self.handler_(messages);
      std::lock_guard lock(self.mutex_);
      done = true;
      self.posted_.notify_all();
    }
  };
  spawn(Run::handler(*this, messages, taken, done));
  while (auto job = next_job(done)) job();
  if (!taken) {
    log_.warn("bus_handler_failed", {{"topic", name_},
                                     {"offset", next()},
                                     {"code", info(taken.error().code).name},
                                     {"detail", taken.error().detail}});
  }
  return taken.has_value();
}

Executor::Job Consumer::next_job(const bool& done) {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (!later_.empty() && later_.begin()->first <= steady_clock::now()) {
      jobs_.push_back(std::move(later_.begin()->second));
      later_.erase(later_.begin());
    }
    if (!jobs_.empty()) {
      auto job = std::move(jobs_.front());
      jobs_.pop_front();
      return job;
    }
    if (done) return {};
    if (later_.empty())
      posted_.wait(lock);
    else
      posted_.wait_until(lock, later_.begin()->first);
  }
}

void Consumer::pause(milliseconds time) {
  std::unique_lock lock(mutex_);
  posted_.wait_for(lock, time, [this] { return stopping_.load(); });
}

void Consumer::post(Job job) {
  std::lock_guard lock(mutex_);
  jobs_.push_back(std::move(job));
  posted_.notify_all();
}

void Consumer::post_after(milliseconds delay, Job job) {
  std::lock_guard lock(mutex_);
  later_.emplace(steady_clock::now() + delay, std::move(job));
  posted_.notify_all();
}

}  // namespace godwit::rocks

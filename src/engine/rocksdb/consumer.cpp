#include "engine/rocksdb/consumer.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "engine/rocksdb/dead_letters.hpp"
#include "wire/record.hpp"

namespace godwit::rocks {
namespace {
constexpr int kNiceness = 5;
}

using std::chrono::milliseconds;
using std::chrono::steady_clock;

Consumer::Consumer(dispatch::Topic topic, Store& store, Recent& recent, dispatch::DeadLetters& dead_letters,
                   const Settings& settings, Log& log)
    : topic_(topic),
      name_(name_of(topic)),
      store_(store),
      recent_(recent),
      settings_(settings),
      log_(log),
      dead_letters_(dead_letters) {}

void Consumer::start(dispatch::Bus::Handler handler) {
  handler_ = std::move(handler);
  started_.store(true);
  thread_ = std::thread([this] { run(); });
}

void Consumer::stop() {
  stopping_.store(true);
  {
    std::lock_guard lock(mutex_);
    called_.store(true);
  }
  posted_.notify_all();
  recent_.wake();
  if (thread_.joinable()) thread_.join();
  refuse_those_again();
  expire_waiters(Deadline::max());
}

void Consumer::run() {
  pthread_setname_np(pthread_self(), ("bus-" + name_).substr(0, 15).c_str());
  // The archive's work is large and nobody waits for it: what it has not taken yet is covered by the reads that need it
  // (ADR 0008).
  if (topic_ == dispatch::Topic::store) ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNiceness);
  set_current(this);
  milliseconds back_off(1);
  while (!stopping_.load()) {
    if (round()) {
      back_off = milliseconds(1);
      continue;
    }
    pause(back_off);
    back_off = std::min(2 * back_off, milliseconds(1000));
  }
}

/// One batch. False where there is cause to pause before the next: the handler refused something.
bool Consumer::round() {
  const auto turn = begin_round();
  hand_those_again();
  if (!ask_suspects(/*counts=*/false)) return false;
  const auto first = reading_.load();
  auto messages = take();
  if (!messages) {
    log_.error("bus_cannot_read", {{"topic", name_}, {"offset", first}, {"reason", messages.error().detail}});
    return false;
  }
  const auto count = messages->size();
  const auto batch = without_broken(std::move(*messages), first);
  const bool handed = batch && hand_over(*batch);
  end_round(handed ? count : 0, turn);
  return handed && suspects_.empty();
}

std::uint64_t Consumer::begin_round() {
  std::lock_guard lock(place_mutex_);
  if (turn_of_suspects_ != turn_) suspects_.clear();  // they are read again
  return turn_of_suspects_ = turn_;
}

void Consumer::end_round(std::size_t taken, std::uint64_t turn) {
  {
    std::lock_guard lock(place_mutex_);
    if (turn != turn_) return;
    reading_.fetch_add(taken);
    const auto next = suspects_.empty() ? reading_.load() : suspects_.front().offset;
    if (next == next_.load()) return;
    next_.store(next);
  }
  answer_waiters();
  on_progress();
}

void Consumer::go_back_to(Offset next) {
  {
    std::lock_guard lock(place_mutex_);
    ++turn_;
    next_.store(std::min(next, next_.load()));
    reading_.store(next_.load());
  }
  recent_.wake();
}

Result<std::vector<MessagePtr>> Consumer::take() {
  if (suspects_.empty()) recent_.wait(reading_, called_);
  if (stopping_.load()) return std::vector<MessagePtr>();
  return read(reading_.load());
}

Result<std::vector<MessagePtr>> Consumer::read(Offset from) const {
  if (auto messages = recent_.from(from); !messages.empty()) return messages;
  return read_log(from);
}

Result<std::vector<MessagePtr>> Consumer::read_log(Offset from) const {
  const auto end = recent_.end();  // before the iterator, which sees nothing that is committed after it was made
  const auto log = store_.iterate(Family::log, /*fill_cache=*/false);
  std::vector<MessagePtr> messages;
  std::size_t bytes = 0;
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

Result<void> Consumer::deliver(std::span<const MessagePtr> messages) {
  auto taken = complete(handler_(messages));
  if (!taken) {
    log_.warn("bus_handler_failed", {{"topic", name_},
                                     {"offset", next()},
                                     {"code", info(taken.error().code).name},
                                     {"detail", taken.error().detail}});
  }
  return taken;
}

/// Runs the task to its end on this thread, and whatever is posted to it meanwhile.
Result<void> Consumer::complete(Task<Result<void>> task) {
  Result<void> result;
  bool done = false;  // the coroutine below may end on another thread
  struct Run {
    static Task<void> to_the_end(Consumer& self, Task<Result<void>> task, Result<void>& result, bool& done) {
      result = co_await std::move(task);
      std::lock_guard lock(self.mutex_);
      done = true;
      self.posted_.notify_all();
    }
  };
  spawn(Run::to_the_end(*this, std::move(task), result, done));
  while (auto job = next_job(done)) job();
  return result;
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

#include "engine/rocksdb/consumer.hpp"

namespace godwit::rocks {

bool Consumer::when_taken(Offset target, Deadline deadline, Done done) {
  {
    std::lock_guard lock(waiters_mutex_);
    if (next() < target) {
      if (stopping_.load() || waiters_.size() >= settings_.settled_waiters) return false;
      waiters_.push_back({target, deadline, std::move(done)});
      return true;
    }
  }
  done({});
  return true;
}

template <class Over>
std::vector<Consumer::Waiter> Consumer::extract_waiters(Over over) {
  std::vector<Waiter> out, left;
  std::lock_guard lock(waiters_mutex_);
  for (auto& waiter : waiters_) (over(waiter) ? out : left).push_back(std::move(waiter));
  waiters_.swap(left);
  return out;
}

void Consumer::answer_waiters() {
  const auto taken = next();
  for (auto& waiter : extract_waiters([&](const Waiter& w) { return w.target <= taken; })) waiter.done({});
}

bool Consumer::expire_waiters(Deadline now) {
  for (auto& waiter : extract_waiters([&](const Waiter& w) { return w.deadline <= now; })) {
    waiter.done(fail(Code::unavailable, "what was sent last is not readable yet"));
  }
  std::lock_guard lock(waiters_mutex_);
  return !waiters_.empty();
}

}  // namespace godwit::rocks

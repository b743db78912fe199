#include "base/worker.hpp"

#include <pthread.h>

#include <algorithm>
#include <string>

namespace godwit {

Worker::Worker(std::string_view name)
    : thread_([this, own = std::string(name.substr(0, 15))] {
        ::pthread_setname_np(::pthread_self(), own.c_str());
        set_current(this);
        run();
      }) {}

Worker::~Worker() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_one();
  thread_.join();
}

// Told with the lock held: once the job has run, whoever waited for it may destroy the worker.
void Worker::post(Job job) {
  std::lock_guard lock(mutex_);
  jobs_.push_back(std::move(job));
  ready_.notify_one();
}

void Worker::post_after(std::chrono::milliseconds delay, Job job) {
  std::lock_guard lock(mutex_);
  later_.push_back({.when = std::chrono::steady_clock::now() + delay, .order = order_++, .job = std::move(job)});
  ready_.notify_one();
}

void Worker::run() {
  for (Job job; take(job); job = {}) job();
}

/// Waits for the next job; false at the end.
bool Worker::take(Job& job) {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (!jobs_.empty()) {
      job = std::move(jobs_.front());
      jobs_.pop_front();
      return true;
    }
    if (stopping_) return false;
    const auto next = std::ranges::min_element(
        later_, {}, [](const Later& one) { return std::pair(one.when, one.order); });
    if (next == later_.end()) {
      ready_.wait(lock);
    } else if (next->when > std::chrono::steady_clock::now()) {
      ready_.wait_until(lock, Time(next->when));
    } else {
      jobs_.push_back(std::move(next->job));
      later_.erase(next);
    }
  }
}

}  // namespace godwit

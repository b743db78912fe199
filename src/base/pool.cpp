#include "base/pool.hpp"

#include <pthread.h>

#include <algorithm>
#include <string>
#include <utility>

namespace godwit {

Pool::Pool(std::string_view name, std::size_t threads, std::size_t capacity)
    : capacity_(capacity),
      lane_capacity_(std::max<std::size_t>(1, capacity / 4)),
      lane_threads_(std::max<std::size_t>(2, threads) - 1) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this, n = std::string(name)] { work(n); });
}

void Pool::stop() {
  std::vector<std::deque<Executor::Job>> dropped;  // ends, and so answers, outside the lock
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    for (auto* const lane : turns_) dropped.push_back(std::exchange(lane->second.jobs, {}));
    turns_.clear();
    waiting_ = 0;
  }
  ready_.notify_all();
  dropped.clear();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

bool Pool::try_post(Executor::Job job, std::string_view lane) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_ || waiting_ >= capacity_) return false;
    auto& place = *lanes_.try_emplace(std::string(lane)).first;
    auto& jobs = place.second.jobs;
    if (!lane.empty() && jobs.size() >= lane_capacity_) return false;
    if (jobs.empty()) turns_.push_back(&place);
    jobs.push_back(std::move(job));
    ++waiting_;
  }
  ready_.notify_one();
  return true;
}

std::size_t Pool::waiting() const {
  std::lock_guard lock(mutex_);
  return waiting_;
}

Pool::Lanes::value_type* Pool::take_turn() {
  const auto next = std::ranges::find_if(
      turns_, [this](const auto* lane) { return lane->first.empty() || lane->second.running < lane_threads_; });
  if (next == turns_.end()) return nullptr;
  auto* const lane = *next;
  turns_.erase(next);
  return lane;
}

void Pool::done(Lanes::value_type& lane) {
  if (--lane.second.running == 0 && lane.second.jobs.empty()) lanes_.erase(lanes_.find(lane.first));
  if (waiting_ > 0) ready_.notify_one();  // what waited for this lane may run now
}

void Pool::work(std::string name) {
  pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
  std::unique_lock lock(mutex_);
  for (;;) {
    Lanes::value_type* lane = nullptr;
    ready_.wait(lock, [&] { return (lane = take_turn()) != nullptr || stopping_; });
    if (lane == nullptr) return;
    auto& [jobs, running] = lane->second;
    auto job = std::move(jobs.front());
    jobs.pop_front();
    --waiting_;
    ++running;
    if (!jobs.empty()) turns_.push_back(lane);
    lock.unlock();
    job();
    job = nullptr;  // what it holds goes before the next one, outside of the lock
    lock.lock();
    done(*lane);
  }
}

}  // namespace godwit

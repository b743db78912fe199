#include "clients/terminal/caller.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace godwit::chat {

struct Caller::Shared {
  explicit Shared(const net::Url& server) : api(server) {}
  Api api;  // the thread's
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<Job> jobs;
  bool stop = false, stopped = false;
};

Caller::Caller(const net::Url& server, const std::string& token) : shared_(std::make_shared<Shared>(server)) {
  shared_->api.use_token(token);
  std::thread([shared = shared_] { work(*shared); }).detach();
}

Caller::~Caller() {
  std::unique_lock lock(shared_->mutex);
  shared_->stop = true;
  shared_->jobs.clear();
  shared_->wake.notify_all();
  shared_->wake.wait_for(lock, std::chrono::milliseconds(300), [&] { return shared_->stopped; });
}

bool Caller::submit(Job job) {
  const std::lock_guard lock(shared_->mutex);
  if (shared_->jobs.size() >= kMost) return false;
  shared_->jobs.push_back(std::move(job));
  shared_->wake.notify_all();
  return true;
}

void Caller::work(Shared& shared) {
  std::unique_lock lock(shared.mutex);
  for (;;) {
    shared.wake.wait(lock, [&] { return shared.stop || !shared.jobs.empty(); });
    if (shared.stop) break;
    Job job = std::move(shared.jobs.front());
    shared.jobs.pop_front();
    lock.unlock();
    job(shared.api);
    lock.lock();
  }
  shared.stopped = true;
  shared.wake.notify_all();
}

}  // namespace godwit::chat

#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "base/executor.hpp"

namespace godwit {

/// One thread that runs what is posted, in order: the home of coroutines that belong to no event loop. The destructor
/// runs what was posted, drops what was to run later, and joins; call it from another thread.
class Worker final : public Executor {
 public:
  explicit Worker(std::string_view name);
  ~Worker() override;

  void post(Job job) override;
  void post_after(std::chrono::milliseconds delay, Job job) override;

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Later {
    Time when;
    std::uint64_t order;
    Job job;
  };

  void run();
  bool take(Job& job);

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Job> jobs_;
  std::vector<Later> later_;  ///< few: looked through
  std::uint64_t order_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace godwit

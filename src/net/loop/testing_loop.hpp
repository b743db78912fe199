#pragma once
#include <chrono>
#include <latch>
#include <thread>

#include "net/loop/event_loop.hpp"

/// For tests: a loop that runs, and what comes true in a while.
namespace godwit::net::testing {

using namespace std::chrono_literals;

/// A loop running on a thread of its own until the end of the scope.
class LoopThread {
 public:
  LoopThread() : thread_([this] { loop.run(); }) {
    std::latch running(1);
    loop.post([&] { running.count_down(); });
    running.wait();
  }
  ~LoopThread() { stop(); }
  void stop() {
    loop.stop();
    if (thread_.joinable()) thread_.join();
  }
  EventLoop loop{"test"};

 private:
  std::thread thread_;
};

/// Whether `holds` comes true within a while.
template <class Predicate>
bool eventually(Predicate holds, std::chrono::milliseconds within = 3s) {
  const auto end = std::chrono::steady_clock::now() + within;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(2ms);
  }
  return true;
}

}  // namespace godwit::net::testing

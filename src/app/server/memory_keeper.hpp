#pragma once
#include <chrono>
#include <cstddef>

#include "base/metrics.hpp"
#include "base/worker.hpp"

namespace godwit::app {

/// Gives memory back to the system when a peak is over: the allocator keeps what was freed, and without this a process
/// that once held a gigabyte of half-sent bodies stays as large. Looks every few seconds, on a thread of its own; costs
/// nothing while the process is no larger than after the last time.
class MemoryKeeper {
 public:
  static constexpr std::size_t kMuch = 64U << 20U;  ///< unused; less is kept for the next burst
  static constexpr std::chrono::seconds kInterval{2};

  explicit MemoryKeeper(Metrics& metrics);

  void start();
  /// One look; `start` does it from time to time.
  void look();

 private:
  Counter& given_back_;
  std::size_t last_ = 0;    ///< resident bytes at the look before
  std::size_t after_ = 0;   ///< and when memory was given back last
  std::size_t normal_ = 0;  ///< of these, what nobody had asked for all the same (code, fragments)
  Worker worker_{"memory"};
};

}  // namespace godwit::app

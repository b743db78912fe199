#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace godwit {

/// Counts up. Lock-free.
class Counter {
 public:
  void add(std::uint64_t n = 1) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// Durations in seconds, in 16 buckets from 50 µs doubling to about 1.6 s and above. Lock-free.
class Histogram {
 public:
  static constexpr std::size_t kBuckets = 16;
  void observe(double seconds) noexcept;
  [[nodiscard]] static double bound(std::size_t bucket) noexcept { return 50e-6 * static_cast<double>(1U << bucket); }
  [[nodiscard]] std::uint64_t count(std::size_t bucket) const noexcept {
    return counts_[bucket].load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t total() const noexcept { return total_.load(std::memory_order_relaxed); }
  [[nodiscard]] double sum() const noexcept {
    return static_cast<double>(nanos_.load(std::memory_order_relaxed)) * 1e-9;
  }

 private:
  std::array<std::atomic<std::uint64_t>, kBuckets> counts_{};
  std::atomic<std::uint64_t> total_{0};
  std::atomic<std::uint64_t> nanos_{0};
};

/// The metrics of one process, in the Prometheus text format (version 0.0.4). References stay valid as long as the
/// registry; making one takes a lock, so do it once. `labels` as written: `role="node",code="4002"`.
class Metrics {
 public:
  Counter& counter(std::string_view name, std::string_view help, std::string_view labels = {});
  Histogram& histogram(std::string_view name, std::string_view help, std::string_view labels = {});
  /// `read` is called at scrape time, from the scraping thread.
  void gauge(std::string_view name, std::string_view help, std::function<double()> read, std::string_view labels = {});

  /// A gauge of what waits in a queue that takes `bound` at most (0: as much as the disk); see `queues`.
  struct Queue {
    std::string name;  ///< as people read it: "accounts-read"
    std::string metric, help, labels{};
    std::size_t bound = 0;
    std::function<std::size_t()> depth;
  };
  void queue(Queue queue);

  [[nodiscard]] std::string text() const;

  struct QueueDepth {
    std::string name;
    std::size_t depth = 0, bound = 0;
  };
  /// In the order in which they were made.
  [[nodiscard]] std::vector<QueueDepth> queues() const;
  /// The sum of a counter over its labels; 0 where there is none.
  [[nodiscard]] std::uint64_t counted(std::string_view name) const;
  struct Measured {
    std::uint64_t count = 0;
    double seconds = 0;
  };
  [[nodiscard]] Measured measured(std::string_view histogram) const;

 private:
  template <class T>
  struct Named {
    std::string name, help, labels;
    T value{};
  };
  mutable std::mutex mutex_;
  std::deque<Named<Counter>> counters_;
  std::deque<Named<Histogram>> histograms_;
  std::deque<Named<std::function<double()>>> gauges_;
  std::deque<Queue> queues_;
};

}  // namespace godwit

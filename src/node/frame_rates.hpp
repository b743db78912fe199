#pragma once
#include <algorithm>
#include <array>
#include <chrono>
#include <mutex>
#include <unordered_map>

#include "domain/ids.hpp"

namespace godwit::node {

using SteadyTime = std::chrono::steady_clock::time_point;

/// A token bucket as one point in time: when all that was taken is paid for, at `rate` a second. It holds ten seconds'
/// worth; the debt above that is what its owner has to rest.
struct FrameMeter {
  static constexpr std::chrono::seconds kBurst{10};

  SteadyTime paid_at{};

  /// Takes `frames`; the debt, 0 or less where there is none.
  std::chrono::milliseconds take(double frames, double rate, SteadyTime now) {
    const std::chrono::duration<double> price(frames / rate);
    paid_at = std::max(paid_at, now) + std::chrono::duration_cast<SteadyTime::duration>(price);
    return std::chrono::duration_cast<std::chrono::milliseconds>(paid_at - now - kBurst);
  }
};

/// The meters of users, whichever loops their sockets live on. Bounded: who is back at a full bucket is forgotten, so
/// there are as many as users who sent something in the last seconds. Thread-safe; sharded, asked once a turn of
/// reading.
class UserMeters {
 public:
  std::chrono::milliseconds take(const UserKey& user, double frames, double rate, SteadyTime now) {
    auto& shard = shards_[std::hash<UserKey>{}(user) % shards_.size()];
    std::lock_guard lock(shard.mutex);
    if (shard.meters.size() >= shard.swept_at) {
      std::erase_if(shard.meters, [&](const auto& one) { return one.second.paid_at <= now; });
      shard.swept_at = std::max(kSweep, 2 * shard.meters.size());
    }
    return shard.meters[user].take(frames, rate, now);
  }
  [[nodiscard]] std::size_t size() {
    std::size_t all = 0;
    for (auto& shard : shards_) {
      std::lock_guard lock(shard.mutex);
      all += shard.meters.size();
    }
    return all;
  }

 private:
  static constexpr std::size_t kSweep = 64;
  struct Shard {
    std::mutex mutex;
    std::unordered_map<UserKey, FrameMeter> meters;
    std::size_t swept_at = kSweep;
  };
  std::array<Shard, 64> shards_;
};

}  // namespace godwit::node

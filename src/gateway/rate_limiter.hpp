#pragma once
#include <array>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace godwit::gateway {

/// Token buckets by name (a user, an address): `rate` calls a second, bursts of `burst`. Bounded: at 65,536 names a
/// shard drops its full buckets first (they say nothing), then all. Thread-safe; sharded.
class RateLimiter {
 public:
  explicit RateLimiter(const Clock& clock) : clock_(clock) {}

  /// rate_limited, with when to come back, once the bucket is empty.
  [[nodiscard]] Result<void> take(std::string_view name, double rate, double burst);

 private:
  struct Bucket {
    double tokens = 0;
    Millis at = 0;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };
  struct Shard {
    std::mutex mutex;
    std::unordered_map<std::string, Bucket, Hash, std::equal_to<>> buckets;
  };
  static void make_room(Shard& shard, double burst);

  const Clock& clock_;
  std::array<Shard, 16> shards_;
};

}  // namespace godwit::gateway

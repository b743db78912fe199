#pragma once
#include <array>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ip_address.hpp"

namespace godwit::gateway {

/// Token buckets of one rate, by name: `per_second` calls, bursts of `burst`. At 65,536 names a shard drops the buckets
/// that say least: full ones, then the fullest half. Thread-safe; sharded.
class RateLimiter {
 public:
  struct Rate {
    double per_second = 1;
    double burst = 1;
  };
  RateLimiter(const Clock& clock, Rate rate) : clock_(clock), rate_(rate) {}

  /// Takes `cost` tokens where there is one; what is taken beyond those there are is owed. rate_limited, with when to
  /// come back, where there is none.
  [[nodiscard]] Result<void> take(std::string_view name, double cost = 1);

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
  void refill(Bucket& bucket, Millis now) const;
  void make_room(Shard& shard, Millis now) const;

  const Clock& clock_;
  Rate rate_;
  std::array<Shard, 16> shards_;
};

/// The same by address: an IPv6 address by its /64 and, four times as loosely, by its /48.
class AddressLimiter {
 public:
  AddressLimiter(const Clock& clock, RateLimiter::Rate rate)
      : networks_(clock, rate), sites_(clock, {4 * rate.per_second, 4 * rate.burst}) {}

  /// What is no address in text has one bucket for all.
  [[nodiscard]] Result<void> take(std::string_view address);

 private:
  RateLimiter networks_;
  RateLimiter sites_;
};

}  // namespace godwit::gateway

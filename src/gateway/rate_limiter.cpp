#include "gateway/rate_limiter.hpp"

#include <algorithm>
#include <cmath>

namespace godwit::gateway {
namespace {
constexpr std::size_t kMostBuckets = 65'536 / 16;  // a shard
}

void RateLimiter::make_room(Shard& shard, double burst) {
  std::erase_if(shard.buckets, [&](const auto& entry) { return entry.second.tokens >= burst - 1; });
  if (shard.buckets.size() >= kMostBuckets) shard.buckets.clear();
}

Result<void> RateLimiter::take(std::string_view name, double rate, double burst) {
  auto& shard = shards_[Hash{}(name) % shards_.size()];
  const auto now = clock_.now();
  std::lock_guard lock(shard.mutex);
  auto found = shard.buckets.find(name);
  if (found == shard.buckets.end()) {
    if (shard.buckets.size() >= kMostBuckets) make_room(shard, burst);
    found = shard.buckets.emplace(std::string(name), Bucket{.tokens = burst, .at = now}).first;
  }
  auto& bucket = found->second;
  bucket.tokens =
      std::min(burst, bucket.tokens + rate * static_cast<double>(std::max<Millis>(0, now - bucket.at)) / 1000);
  bucket.at = now;
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return {};
  }
  Error error{.code = Code::rate_limited};
  error.retry_after_s =
      static_cast<std::uint32_t>(std::max(1.0, std::ceil((1 - bucket.tokens) / std::max(rate, 1e-3))));
  error.limit = static_cast<std::uint32_t>(burst);
  return std::unexpected(std::move(error));
}

}  // namespace godwit::gateway

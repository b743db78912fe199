#include "gateway/rate_limiter.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace godwit::gateway {
namespace {

constexpr std::size_t kMostBuckets = 65'536 / 16;  // a shard

std::string_view bytes_of(const IpAddress& address) {
  return {reinterpret_cast<const char*>(address.bytes().data()), address.bytes().size()};
}

}  // namespace

void RateLimiter::refill(Bucket& bucket, Millis now) const {
  const auto passed = static_cast<double>(std::max<Millis>(0, now - bucket.at));
  bucket.tokens = std::min(rate_.burst, bucket.tokens + rate_.per_second * passed / 1000);
  bucket.at = now;
}

/// A full bucket says nothing that a new one would not; an exhausted one is what this is for.
void RateLimiter::make_room(Shard& shard, Millis now) const {
  std::vector<double> tokens;
  tokens.reserve(shard.buckets.size());
  for (auto& [name, bucket] : shard.buckets) {
    refill(bucket, now);
    tokens.push_back(bucket.tokens);
  }
  const auto middle = tokens.begin() + static_cast<std::ptrdiff_t>(tokens.size() / 2);
  std::ranges::nth_element(tokens, middle);
  std::size_t most = shard.buckets.size() / 2 + 1;
  std::erase_if(shard.buckets, [&](const auto& entry) {
    const double left = entry.second.tokens;
    return left >= rate_.burst || (left >= *middle && most > 0 && most-- > 0);
  });
}

Result<void> RateLimiter::take(std::string_view name, double cost) {
  auto& shard = shards_[Hash{}(name) % shards_.size()];
  const auto now = clock_.now();
  const std::lock_guard lock(shard.mutex);
  auto found = shard.buckets.find(name);
  if (found == shard.buckets.end()) {
    if (shard.buckets.size() >= kMostBuckets) make_room(shard, now);
    found = shard.buckets.emplace(std::string(name), Bucket{.tokens = rate_.burst, .at = now}).first;
  }
  auto& bucket = found->second;
  refill(bucket, now);
  if (bucket.tokens >= 1) {
    bucket.tokens -= cost;
    return {};
  }
  Error error{.code = Code::rate_limited};
  const double wait = (1 - bucket.tokens) / std::max(rate_.per_second, 1e-3);
  error.retry_after_s = static_cast<std::uint32_t>(std::clamp(std::ceil(wait), 1.0, 3600.0));
  error.limit = static_cast<std::uint32_t>(rate_.burst);
  return std::unexpected(std::move(error));
}

Result<void> AddressLimiter::take(std::string_view address) {
  const auto parsed = IpAddress::parse(address).value_or(IpAddress());
  CHECK_OK(networks_.take(bytes_of(parsed.network())));
  return parsed.is_v4() ? Result<void>{} : sites_.take(bytes_of(parsed.site()));
}

}  // namespace godwit::gateway

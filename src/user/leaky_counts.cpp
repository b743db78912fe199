#include "user/leaky_counts.hpp"

#include <algorithm>
#include <cmath>

namespace godwit::user {

double LeakyCounts::count_of(const Bucket& bucket, Millis now) {
  const auto gone = static_cast<double>(std::max<Millis>(0, now - bucket.at));
  return std::max(0.0, bucket.count - gone / static_cast<double>(std::max<Millis>(1, bucket.rule.leak_every)));
}

Millis LeakyCounts::wait_of(const Bucket& bucket, const CountRule& rule, Millis now) {
  const auto count = count_of(bucket, now) + bucket.held;
  if (count + 1 <= rule.burst) return 0;
  if (rule.first_wait == 0)
    return static_cast<Millis>(std::ceil((count + 1 - rule.burst) * static_cast<double>(rule.leak_every)));
  const auto doublings = std::min(std::max(0.0, std::ceil(bucket.count - rule.burst)), 30.0);
  const auto wait = std::min(CountRule::kLongestWait,
                             static_cast<Millis>(static_cast<double>(rule.first_wait) * std::exp2(doublings)));
  if (bucket.held > 0) return wait;  // one at a time, and what it comes to is not known yet
  return std::max<Millis>(0, bucket.at + wait - now);
}

LeakyCounts::Place LeakyCounts::place_of(const Buckets::value_type& entry) {
  const auto& bucket = entry.second;
  return {bucket.at + static_cast<Millis>(bucket.count * static_cast<double>(bucket.rule.leak_every)), entry.first};
}

Result<void> LeakyCounts::hold(std::span<const Named> names) {
  std::lock_guard lock(mutex_);
  const auto now = clock_.now();
  Error refused{.code = Code::rate_limited};
  Millis longest = 0;
  for (const auto& [name, rule] : names) {
    const auto found = buckets_.find(name);
    const auto wait = found == buckets_.end() ? 0 : wait_of(found->second, rule, now);
    if (wait <= longest) continue;
    longest = wait;
    refused.limit = static_cast<std::uint32_t>(rule.burst);
  }
  refused.retry_after_s = static_cast<std::uint32_t>((longest + 999) / 1000);
  if (longest > 0) return std::unexpected(std::move(refused));
  for (const auto& named : names) hold_one(named, now);
  return {};
}

void LeakyCounts::settle(std::span<const Named> names, bool counts) {
  std::lock_guard lock(mutex_);
  for (const auto& named : names) settle_one(named.name, counts, clock_.now());
}

std::size_t LeakyCounts::size() const {
  std::lock_guard lock(mutex_);
  return buckets_.size();
}

void LeakyCounts::hold_one(const Named& named, Millis now) {
  auto found = buckets_.find(named.name);
  if (found == buckets_.end()) {
    if (buckets_.size() >= capacity_ && !idle_.empty()) {
      const auto soonest = idle_.begin();
      buckets_.erase(soonest->second);
      idle_.erase(soonest);
    }
    found = buckets_.emplace(named.name, Bucket{.at = now}).first;
  } else if (found->second.held == 0) {
    idle_.erase(place_of(*found));
  }
  found->second.rule = named.rule;
  ++found->second.held;
}

void LeakyCounts::settle_one(const std::string& name, bool counts, Millis now) {
  const auto found = buckets_.find(name);
  if (found == buckets_.end() || found->second.held == 0) return;
  auto& bucket = found->second;
  --bucket.held;
  if (counts) {
    bucket.count = count_of(bucket, now) + 1;
    bucket.at = std::max(bucket.at, now);
  }
  if (bucket.held > 0) return;
  if (count_of(bucket, now) <= 0)
    buckets_.erase(found);  // it says nothing
  else
    idle_.insert(place_of(*found));
}

}  // namespace godwit::user

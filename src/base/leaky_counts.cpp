#include "base/leaky_counts.hpp"

#include <algorithm>
#include <cmath>

namespace godwit {
namespace {
constexpr double kNothing = 1e-6;  // what sums of fractions may be off by
}  // namespace

double LeakyCounts::count_of(const Bucket& bucket, Millis now) {
  const auto gone = static_cast<double>(std::max<Millis>(0, now - bucket.last));
  return std::max(0.0, bucket.count - gone / static_cast<double>(std::max<Millis>(1, bucket.rule.leak_every)));
}

Millis LeakyCounts::wait_of(const Bucket& bucket, const CountRule& rule, Millis now) {
  const auto count = count_of(bucket, now);
  const auto beyond = count + 1 - rule.burst - kNothing;
  if (beyond <= 0) return 0;
  if (rule.first_wait == 0)
    return static_cast<Millis>(std::ceil(beyond * static_cast<double>(rule.leak_every)));
  const auto doublings = std::min(std::max(0.0, std::ceil(bucket.count - rule.burst - kNothing)), 30.0);
  const auto wait = std::min(CountRule::kLongestWait,
                             static_cast<Millis>(static_cast<double>(rule.first_wait) * std::exp2(doublings)));
  return std::max<Millis>(0, bucket.last + wait - now);
}

LeakyCounts::Place LeakyCounts::place_of(const Buckets::value_type& entry) {
  const auto& bucket = entry.second;
  return {bucket.last + static_cast<Millis>(bucket.count * static_cast<double>(bucket.rule.leak_every)), entry.first};
}

bool LeakyCounts::knows(const Bucket& bucket, std::string_view attempt) {
  return std::ranges::find(bucket.attempts, attempt, &Attempt::name) != bucket.attempts.end();
}

Result<void> LeakyCounts::count(std::span<const CountedName> names, std::string_view attempt) {
  std::lock_guard lock(mutex_);
  const auto now = clock_.now();
  Error refused{.code = Code::rate_limited};
  Millis longest = 0;
  for (const auto& [name, rule] : names) {
    const auto found = buckets_.find(name);
    if (found == buckets_.end() || knows(found->second, attempt)) continue;
    const auto wait = wait_of(found->second, rule, now);
    if (wait <= longest) continue;
    longest = wait;
    refused.limit = static_cast<std::uint32_t>(rule.burst);
  }
  refused.retry_after_s = static_cast<std::uint32_t>((longest + 999) / 1000);
  if (longest > 0) return std::unexpected(std::move(refused));
  for (const auto& named : names) count_one(named, attempt, now);
  return {};
}

void LeakyCounts::take_back(std::span<const CountedName> names, std::string_view attempt) {
  std::lock_guard lock(mutex_);
  for (const auto& named : names) take_one_back(named.name, attempt, clock_.now());
}

std::size_t LeakyCounts::size() const {
  std::lock_guard lock(mutex_);
  return buckets_.size();
}

void LeakyCounts::count_one(const CountedName& named, std::string_view attempt, Millis now) {
  auto found = buckets_.find(named.name);
  if (found == buckets_.end()) {
    if (buckets_.size() >= capacity_ && !soonest_.empty()) {
      const auto first = soonest_.begin();
      buckets_.erase(first->second);
      soonest_.erase(first);
    }
    found = buckets_.emplace(named.name, Bucket{.last = now}).first;
  } else {
    if (knows(found->second, attempt)) return;
    soonest_.erase(place_of(*found));
  }
  auto& bucket = found->second;
  std::erase_if(bucket.attempts, [&](const Attempt& one) { return now - one.at > kTakenBackWithin; });
  const auto before = bucket.last;
  bucket.count = count_of(bucket, now) + 1;
  bucket.last = std::max(bucket.last, now);
  bucket.rule = named.rule;
  if (!attempt.empty()) bucket.attempts.push_back({std::string(attempt), bucket.last, before});
  soonest_.insert(place_of(*found));
}

// What leaked away since the one before it is given back with it where it was the last: the count stands again as it
// stood then, and so does the wait that goes by it.
void LeakyCounts::take_one_back(const std::string& name, std::string_view attempt, Millis now) {
  const auto found = buckets_.find(name);
  if (found == buckets_.end()) return;
  auto& bucket = found->second;
  const auto taken = std::ranges::find(bucket.attempts, attempt, &Attempt::name);
  if (taken == bucket.attempts.end() || now - taken->at > kTakenBackWithin) return;
  soonest_.erase(place_of(*found));
  bucket.count = std::max(0.0, bucket.count - 1);
  if (bucket.last == taken->at) {
    bucket.count += static_cast<double>(bucket.last - taken->last_before) /
                    static_cast<double>(std::max<Millis>(1, bucket.rule.leak_every));
    bucket.last = taken->last_before;
  }
  bucket.attempts.erase(taken);
  if (count_of(bucket, now) <= kNothing)
    buckets_.erase(found);  // it says nothing
  else
    soonest_.insert(place_of(*found));
}

}  // namespace godwit

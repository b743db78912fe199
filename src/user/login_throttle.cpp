#include "user/login_throttle.hpp"

#include <algorithm>
#include <cmath>

namespace godwit::user {
namespace {
std::string account_name(std::string_view account) { return "u" + std::string(account); }
std::string address_name(std::string_view address) { return "a" + std::string(address); }

std::uint32_t seconds_to_wait(double tokens, double per_minute) {
  return static_cast<std::uint32_t>(std::ceil((1.0 - tokens) * 60.0 / per_minute));
}
}  // namespace

Result<void> LoginThrottle::attempt(std::string_view account, std::string_view address) {
  if (!settings_.enabled) return {};
  std::lock_guard lock(mutex_);
  auto& by_account = bucket(account_name(account), settings_.per_account_minute);
  auto& by_address = bucket(address_name(address), settings_.per_address_minute);
  std::uint32_t wait = 0;
  if (by_account.tokens < 1) wait = seconds_to_wait(by_account.tokens, settings_.per_account_minute);
  if (by_address.tokens < 1) wait = std::max(wait, seconds_to_wait(by_address.tokens, settings_.per_address_minute));
  if (wait > 0)
    return std::unexpected(
        Error{.code = Code::rate_limited, .detail = "too many failed logins", .retry_after_s = wait});
  by_account.tokens -= 1;
  by_address.tokens -= 1;
  return {};
}

void LoginThrottle::succeeded(std::string_view account, std::string_view address) {
  if (!settings_.enabled) return;
  std::lock_guard lock(mutex_);
  auto& by_account = bucket(account_name(account), settings_.per_account_minute);
  by_account.tokens = std::min(by_account.tokens + 1, settings_.per_account_minute);
  auto& by_address = bucket(address_name(address), settings_.per_address_minute);
  by_address.tokens = std::min(by_address.tokens + 1, settings_.per_address_minute);
}

std::size_t LoginThrottle::size() const {
  std::lock_guard lock(mutex_);
  return recent_.size();
}

LoginThrottle::Bucket& LoginThrottle::bucket(std::string name, double per_minute) {
  const auto now = clock_.now();
  if (const auto found = by_name_.find(name); found != by_name_.end()) {
    recent_.splice(recent_.begin(), recent_, found->second);
    auto& known = recent_.front();
    const auto elapsed = static_cast<double>(std::max<Millis>(0, now - known.at));
    known.tokens = std::min(per_minute, known.tokens + elapsed * per_minute / 60'000.0);
    known.at = now;
    return known;
  }
  // Two at least: `attempt` holds two at once.
  if (recent_.size() >= std::max<std::size_t>(2, settings_.capacity)) {
    by_name_.erase(recent_.back().name);
    recent_.pop_back();
  }
  recent_.push_front(Bucket{name, per_minute, now});
  by_name_.emplace(std::move(name), recent_.begin());
  return recent_.front();
}

}  // namespace godwit::user

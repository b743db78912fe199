#pragma once
#include <cstddef>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace godwit::user {

/// Bounds how often passwords may be tried: a token bucket an account and one an address. An attempt takes from both; a
/// right password gives back, so only failures are limited. At `capacity` buckets the one unused for longest goes.
/// Thread-safe.
class LoginThrottle {
 public:
  struct Settings {
    bool enabled = true;
    double per_account_minute = 10;
    double per_address_minute = 100;
    std::size_t capacity = 100'000;
  };
  LoginThrottle(const Settings& settings, const Clock& clock) : settings_(settings), clock_(clock) {}

  /// rate_limited with the seconds to wait.
  [[nodiscard]] Result<void> attempt(std::string_view account, std::string_view address);
  void succeeded(std::string_view account, std::string_view address);
  [[nodiscard]] std::size_t size() const;

 private:
  struct Bucket {
    std::string name;
    double tokens;
    Millis at;
  };
  Bucket& bucket(std::string name, double per_minute);

  const Settings settings_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::list<Bucket> recent_;  // front: used last
  std::unordered_map<std::string, std::list<Bucket>::iterator> by_name_;
};

}  // namespace godwit::user

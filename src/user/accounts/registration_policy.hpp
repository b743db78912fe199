#pragma once
#include <algorithm>
#include <array>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ids.hpp"
#include "user/context/settings.hpp"

namespace godwit::user {

/// What the server speaks as: nobody's key.
inline constexpr std::array<std::string_view, 2> kOwnKeys{"system", "godwit"};
/// What people would take for the server's or its operators': only an operator makes these.
inline constexpr std::array<std::string_view, 4> kOperatorsKeys{"admin", "administrator", "root", "server"};

[[nodiscard]] inline bool is_own_key(const UserKey& key) {
  return std::ranges::find(kOwnKeys, key.str()) != kOwnKeys.end();
}

/// Who may register, and which keys are not to be had: the settings `registration` and `reserved_keys`, as they are
/// now. Thread-safe.
class RegistrationPolicy {
 public:
  /// `reserved`: keys, lower-case.
  void set(Registration mode, std::vector<std::string> reserved) {
    std::lock_guard lock(mutex_);
    mode_ = mode;
    reserved_ = std::move(reserved);
  }
  [[nodiscard]] Registration mode() const {
    std::lock_guard lock(mutex_);
    return mode_;
  }
  [[nodiscard]] bool reserves(const UserKey& key) const {
    if (is_own_key(key) || std::ranges::find(kOperatorsKeys, key.str()) != kOperatorsKeys.end()) return true;
    std::lock_guard lock(mutex_);
    return std::ranges::find(reserved_, key.str()) != reserved_.end();
  }

 private:
  mutable std::mutex mutex_;
  Registration mode_ = Registration::open;
  std::vector<std::string> reserved_;
};

}  // namespace godwit::user

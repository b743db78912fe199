#pragma once
#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "user/leaky_counts.hpp"

namespace godwit::user {

/// Bounds how often wrong passwords may be tried. Failures are counted
///   - of an account from one network: tightly; the wait grows with each further one, up to a quarter of an hour;
///   - of an account from everywhere: loosely;
///   - from one network into all accounts: loosely;
///   - from a device that was logged in to the account before: for itself alone, whatever others do to the account;
///   - with the old password of a live session: by that session alone.
/// A network is an IPv4 address, or the first 64 bits of an IPv6 one. A right password costs nothing. Thread-safe.
class LoginThrottle {
 public:
  struct Settings {
    bool enabled = true;
    double per_account_minute = 10;           ///< of one account from one network
    double per_account_minute_anywhere = 100;
    double per_address_minute = 60;
    std::size_t capacity = 100'000;
  };
  LoginThrottle(const Settings& settings, const Clock& clock)
      : settings_(settings), counts_(settings.capacity, clock) {}

  /// One try under way. It costs nothing unless `failed` was called before it goes.
  class Attempt {
   public:
    Attempt(Attempt&& other) noexcept : counts_(std::exchange(other.counts_, nullptr)), names_(std::move(other.names_)), lane_(std::move(other.lane_)) {}
    Attempt& operator=(Attempt&&) = delete;
    ~Attempt() { settle(false); }
    void failed() { settle(true); }
    /// Whose turn the check of the password takes: the account's, so that a storm against one delays that one; a known
    /// device's or a session's own.
    [[nodiscard]] const std::string& lane() const noexcept { return lane_; }

   private:
    friend LoginThrottle;
    Attempt(LeakyCounts* counts, std::vector<LeakyCounts::Named> names)
        : counts_(counts), names_(std::move(names)), lane_(names_.front().name) {}
    void settle(bool counts) {
      if (auto* const held = std::exchange(counts_, nullptr)) held->settle(names_, counts);
    }
    LeakyCounts* counts_ = nullptr;
    std::vector<LeakyCounts::Named> names_;
    std::string lane_;
  };

  /// rate_limited with the seconds to wait.
  [[nodiscard]] Result<Attempt> from_network(std::string_view account, std::string_view address);
  [[nodiscard]] Result<Attempt> from_known_device(std::string_view account, std::string_view device);
  [[nodiscard]] Result<Attempt> from_session(std::string_view session);

  [[nodiscard]] std::size_t size() const { return counts_.size(); }

 private:
  [[nodiscard]] Result<Attempt> attempt(std::vector<LeakyCounts::Named> names);
  [[nodiscard]] CountRule tight() const;

  const Settings settings_;
  LeakyCounts counts_;
};

/// What an address is counted as: an IPv4 address as it is (also where it comes as ::ffff:…), an IPv6 one by its first
/// 64 bits, anything else as it is.
[[nodiscard]] std::string network_of(std::string_view address);

}  // namespace godwit::user

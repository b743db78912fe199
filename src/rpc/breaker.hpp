#pragma once
#include <mutex>

#include "base/clock.hpp"

namespace godwit::rpc {

/// Keeps calls away from a peer that fails: after `failures` in a row it is open for `open_ms`; then one call goes
/// through and decides. Each call that was admitted is reported, once. Thread-safe.
class Breaker {
 public:
  struct Settings {
    int failures = 5;
    Millis open_ms = 1000;
  };
  Breaker(Settings settings, const Clock& clock) : settings_(settings), clock_(clock) {}

  [[nodiscard]] bool admit() {
    std::lock_guard lock(mutex_);
    if (failures_ < settings_.failures) return true;
    const auto age = clock_.now() - opened_at_;
    if (probing_ || (age >= 0 && age < settings_.open_ms)) return false;  // a clock that was set back opens no longer
    return probing_ = true;
  }
  /// Whether nothing is held against the peer that keeps calls away.
  [[nodiscard]] bool closed() const {
    std::lock_guard lock(mutex_);
    return failures_ < settings_.failures;
  }
  void report(bool well) {
    std::lock_guard lock(mutex_);
    probing_ = false;
    if (well) {
      failures_ = 0;
      return;
    }
    if (failures_ < settings_.failures) ++failures_;
    if (failures_ >= settings_.failures) opened_at_ = clock_.now();
  }
  /// The call was given too little time to say anything of the peer.
  void report_nothing() {
    std::lock_guard lock(mutex_);
    probing_ = false;
  }
  /// Opens at once: the peer said that it is going.
  void rest() {
    std::lock_guard lock(mutex_);
    failures_ = settings_.failures;
    opened_at_ = clock_.now();
  }

 private:
  const Settings settings_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  int failures_ = 0;
  bool probing_ = false;
  Millis opened_at_ = 0;
};

}  // namespace godwit::rpc

#pragma once
#include <chrono>
#include <cstdint>

namespace godwit {

using Millis = std::int64_t;  ///< Unix milliseconds

/// Wall time, as a port: tests and simulations bring their own. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Millis now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Millis now() const override {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  }
};

/// For tests: stands still until told. Set back (by < 0), the wall's time goes back; the time that has passed does not.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Millis now = 1'800'000'000'000) : now_(now) {}
  [[nodiscard]] Millis now() const override { return now_; }
  [[nodiscard]] Millis passed() const { return passed_; }  ///< since the start; what timers go by
  void advance(Millis by) {
    now_ += by;
    if (by > 0) passed_ += by;
  }

 private:
  Millis now_, passed_ = 0;
};

}  // namespace godwit

#pragma once
#include <cstddef>
#include <span>
#include <string>

namespace godwit {

/// Randomness as a port. Thread-safe.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::byte> bytes) = 0;

  /// `length` characters of [a-z2-7]: 5 bits each.
  [[nodiscard]] std::string id(std::size_t length);
  /// `digits` lower-case hex digits: a trace id has 32 (W3C Trace Context).
  [[nodiscard]] std::string hex(std::size_t digits);
};

/// The kernel's generator (libsodium).
class SystemRandom final : public Random {
 public:
  SystemRandom();
  void fill(std::span<std::byte> bytes) override;
};

}  // namespace godwit

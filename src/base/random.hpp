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
};

/// The kernel's generator (libsodium).
class SystemRandom final : public Random {
 public:
  SystemRandom();
  void fill(std::span<std::byte> bytes) override;
};

}  // namespace godwit

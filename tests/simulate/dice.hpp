#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/random.hpp"

namespace godwit::simulate {

/// Seeded chance (xoshiro256**): the same seed throws the same for ever, on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) {
    for (auto& word : state_) {  // splitmix64
      seed += 0x9E3779B97F4A7C15ULL;
      auto z = seed;
      z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
      z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
      word = z ^ (z >> 31U);
    }
  }

  std::uint64_t next() {
    const auto result = rotated(state_[1] * 5, 7) * 9;
    const auto t = state_[1] << 17U;
    state_[2] ^= state_[0], state_[3] ^= state_[1], state_[1] ^= state_[2], state_[0] ^= state_[3];
    state_[2] ^= t, state_[3] = rotated(state_[3], 45);
    return result;
  }
  /// 0 … n-1; 0 where n is 0.
  std::uint64_t below(std::uint64_t n) { return n == 0 ? 0 : next() % n; }
  /// `low` … `high`, both included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low + 1)));
  }
  bool chance(double p) { return static_cast<double>(next() >> 11U) * 0x1.0p-53 < p; }
  /// Another stream, which stays the same however much this one is used afterwards.
  Dice split() { return Dice(next()); }

 private:
  static std::uint64_t rotated(std::uint64_t x, unsigned k) { return (x << k) | (x >> (64U - k)); }
  std::array<std::uint64_t, 4> state_{};
};

/// The port of randomness, seeded.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(Dice dice) : dice_(dice) {}
  void fill(std::span<std::byte> bytes) override {
    for (std::size_t i = 0; i < bytes.size(); i += 8) {
      const auto word = dice_.next();
      std::memcpy(bytes.data() + i, &word, bytes.size() - i < 8 ? bytes.size() - i : 8);
    }
  }

 private:
  Dice dice_;
};

}  // namespace godwit::simulate

#include "base/random.hpp"

#include <sodium.h>

#include <stdexcept>
#include <vector>

namespace godwit {

std::string Random::id(std::size_t length) {
  static constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  std::vector<std::byte> bytes(length);
  fill(bytes);
  std::string text(length, 'a');
  for (std::size_t i = 0; i < length; ++i) text[i] = kAlphabet[std::to_integer<unsigned>(bytes[i]) & 31U];
  return text;
}

std::string Random::hex(std::size_t digits) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::vector<std::byte> bytes(digits);
  fill(bytes);
  std::string text(digits, '0');
  for (std::size_t i = 0; i < digits; ++i) text[i] = kDigits[std::to_integer<unsigned>(bytes[i]) & 15U];
  return text;
}

SystemRandom::SystemRandom() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be initialised");
}

void SystemRandom::fill(std::span<std::byte> bytes) { randombytes_buf(bytes.data(), bytes.size()); }

}  // namespace godwit

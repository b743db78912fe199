#include "base/bytes.hpp"

#include <array>
#include <cstddef>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace godwit {
namespace {

/// Reflected 0x82F63B78, eight bytes at a step.
constexpr auto kTable = [] {
  std::array<std::array<std::uint32_t, 256>, 8> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0x82F63B78U : 0U);
    table[0][i] = crc;
  }
  for (std::size_t k = 1; k < 8; ++k) {
    for (std::size_t i = 0; i < 256; ++i) table[k][i] = (table[k - 1][i] >> 8U) ^ table[0][table[k - 1][i] & 255U];
  }
  return table;
}();

#if defined(__x86_64__)
[[gnu::target("sse4.2")]] std::uint32_t crc32c_by_cpu(std::string_view bytes) noexcept {
  std::uint64_t crc = 0xFFFFFFFFU;
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; left -= 8, at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    crc = _mm_crc32_u64(crc, word);
  }
  auto rest = static_cast<std::uint32_t>(crc);
  for (; left > 0; --left, ++at) rest = _mm_crc32_u8(rest, static_cast<unsigned char>(*at));
  return ~rest;
}
#endif

}  // namespace

std::uint32_t crc32c_by_table(std::string_view bytes) noexcept {
  std::uint32_t crc = 0xFFFFFFFFU;
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    crc ^= at(i) | (at(i + 1) << 8U) | (at(i + 2) << 16U) | (static_cast<std::uint32_t>(at(i + 3)) << 24U);
    crc = kTable[7][crc & 255U] ^ kTable[6][(crc >> 8U) & 255U] ^ kTable[5][(crc >> 16U) & 255U] ^
          kTable[4][crc >> 24U] ^ kTable[3][at(i + 4)] ^ kTable[2][at(i + 5)] ^ kTable[1][at(i + 6)] ^
          kTable[0][at(i + 7)];
  }
  for (; i < bytes.size(); ++i) crc = (crc >> 8U) ^ kTable[0][(crc ^ at(i)) & 255U];
  return ~crc;
}

std::uint32_t crc32c(std::string_view bytes) noexcept {
#if defined(__x86_64__)
  static const bool by_cpu = __builtin_cpu_supports("sse4.2") != 0;
  if (by_cpu) return crc32c_by_cpu(bytes);
#endif
  return crc32c_by_table(bytes);
}

}  // namespace godwit

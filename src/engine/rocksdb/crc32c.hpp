#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace godwit::rocks {

/// CRC-32C (RFC 3720).
[[nodiscard]] inline std::uint32_t crc32c(std::string_view bytes) noexcept {
  static constexpr auto kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      table[i] = i;
      for (int bit = 0; bit < 8; ++bit) table[i] = (table[i] >> 1U) ^ ((table[i] & 1U) != 0 ? 0x82F63B78U : 0U);
    }
    return table;
  }();
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char byte : bytes) crc = (crc >> 8U) ^ kTable[(crc ^ static_cast<unsigned char>(byte)) & 255U];
  return ~crc;
}

}  // namespace godwit::rocks

#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

/// How records and pages of them are put together.
namespace godwit::wire {

/// CRC-32C (RFC 3720, reflected 0x82F63B78), eight bytes at a step by table.
inline constexpr auto kCrcTable = [] {
  std::array<std::array<std::uint32_t, 256>, 8> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0x82F63B78U : 0U);
    table[0][i] = crc;
  }
  for (std::size_t k = 1; k < 8; ++k) {
    for (std::size_t i = 0; i < 256; ++i) table[k][i] = (table[k - 1][i] >> 8) ^ table[0][table[k - 1][i] & 255U];
  }
  return table;
}();

[[nodiscard]] inline std::uint32_t crc32c(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    crc ^= at(i) | (at(i + 1) << 8U) | (at(i + 2) << 16U) | (static_cast<std::uint32_t>(at(i + 3)) << 24U);
    crc = kCrcTable[7][crc & 255U] ^ kCrcTable[6][(crc >> 8) & 255U] ^ kCrcTable[5][(crc >> 16) & 255U] ^
          kCrcTable[4][crc >> 24] ^ kCrcTable[3][at(i + 4)] ^ kCrcTable[2][at(i + 5)] ^ kCrcTable[1][at(i + 6)] ^
          kCrcTable[0][at(i + 7)];
  }
  for (; i < bytes.size(); ++i) crc = (crc >> 8) ^ kCrcTable[0][(crc ^ at(i)) & 255U];
  return ~crc;
}

inline void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80U);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

/// Appends the checksum of what is there, little end first.
inline void put_crc(std::string& out) {
  const auto crc = crc32c(out);
  for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>(crc >> shift);
}
/// Whether `stored` (4 bytes at least) begins with the checksum of `bytes`.
[[nodiscard]] inline bool has_crc(std::string_view bytes, std::string_view stored) {
  std::uint32_t crc = 0;
  for (unsigned i = 0; i < 4; ++i)
    crc |= static_cast<std::uint32_t>(static_cast<unsigned char>(stored[i])) << (8 * i);
  return crc32c(bytes) == crc;
}

/// Reads forward; `ok` turns false where the bytes end early, and stays so.
struct Reader {
  std::string_view bytes;
  bool ok = true;

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (bytes.empty()) break;
      const auto byte = static_cast<unsigned char>(bytes.front());
      bytes.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
      if (byte < 0x80) return value;
    }
    ok = false;
    return 0;
  }
  std::string_view take(std::uint64_t size) {
    if (size > bytes.size()) {
      ok = false;
      return {};
    }
    const auto taken = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return taken;
  }
};

}  // namespace godwit::wire

#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// How numbers are put into stored bytes (docs/formats.md), and the sum that proves them whole.
namespace godwit {

/// Big-endian, so that the order of bytes is the order of numbers.
inline void put_be8(std::string& out, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(value >> static_cast<unsigned>(shift));
}
[[nodiscard]] inline std::string be8(std::uint64_t value) {
  std::string out;
  put_be8(out, value);
  return out;
}
/// Of the first 8 bytes; the caller has checked that they are there.
[[nodiscard]] inline std::uint64_t read_be8(const char* bytes) noexcept {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8U | static_cast<unsigned char>(bytes[i]);
  return value;
}

/// Seven bits a byte, lowest first; the high bit says that more follows.
inline void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U) out += static_cast<char>(value | 0x80U);
  out += static_cast<char>(value);
}

/// Reads bytes front to back. After the first thing that does not fit, `ok` is false and all is 0 or empty.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto next = byte();
      value |= static_cast<std::uint64_t>(next & 0x7FU) << shift;
      if (next < 0x80) return value;
    }
    return ok_ = false, 0;
  }
  unsigned char byte() {
    if (rest_.empty()) return ok_ = false, static_cast<unsigned char>(0);
    const auto first = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return first;
  }
  std::string_view bytes(std::uint64_t size) {
    if (size > rest_.size()) return ok_ = false, std::string_view{};
    const auto taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::string_view rest() { return bytes(rest_.size()); }
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }
  [[nodiscard]] std::size_t left() const noexcept { return rest_.size(); }  ///< bytes that are not read yet

 private:
  std::string_view rest_;
  bool ok_ = true;
};

/// CRC-32C (RFC 3720): by the CPU's instruction where it has one, else by table. Any thread.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes) noexcept;
/// The same by table, on every CPU.
[[nodiscard]] std::uint32_t crc32c_by_table(std::string_view bytes) noexcept;

/// Appends the CRC-32C of what is there, as 4 bytes, the lowest first.
inline void put_crc(std::string& out) {
  const auto crc = crc32c(out);
  for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>(crc >> shift);
}
/// Whether `stored` (4 bytes at least) begins with the CRC-32C of `bytes`, as `put_crc` wrote it.
[[nodiscard]] inline bool has_crc(std::string_view bytes, std::string_view stored) noexcept {
  std::uint32_t crc = 0;
  for (unsigned i = 0; i < 4; ++i) crc |= static_cast<std::uint32_t>(static_cast<unsigned char>(stored[i])) << (8 * i);
  return crc32c(bytes) == crc;
}

}  // namespace godwit

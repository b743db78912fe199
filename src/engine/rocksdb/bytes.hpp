#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace godwit::rocks {

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

inline void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U) out += static_cast<char>(value | 0x80U);
  out += static_cast<char>(value);
}

/// Reads what the two above wrote, front to back. After the first thing that does not fit, `ok` is false and all is 0
/// or empty.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
      if (byte < 0x80) return value;
    }
    return ok_ = false, 0;
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

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace godwit::rocks

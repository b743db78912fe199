#include "net/utf8.hpp"

#include <cstring>

namespace godwit::net {
namespace {

/// How many bytes from `begin` on are surely ASCII, eight at a time.
std::size_t ascii_prefix(const char* begin, const char* end) noexcept {
  const char* at = begin;
  for (; end - at >= 8; at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    if ((word & 0x8080808080808080ULL) != 0) break;
  }
  return static_cast<std::size_t>(at - begin);
}

/// What a lead byte asks for (RFC 3629 §4): how many more, and the bounds of the first of them.
struct Lead {
  std::uint8_t needed, low, high;
};

/// `needed` is 0 for a byte that cannot lead.
constexpr Lead lead_of(std::uint8_t byte) noexcept {
  if (byte >= 0xC2 && byte <= 0xDF) return {1, 0x80, 0xBF};
  if (byte == 0xE0) return {2, 0xA0, 0xBF};  // not overlong
  if (byte == 0xED) return {2, 0x80, 0x9F};  // no surrogates
  if (byte >= 0xE1 && byte <= 0xEF) return {2, 0x80, 0xBF};
  if (byte == 0xF0) return {3, 0x90, 0xBF};
  if (byte >= 0xF1 && byte <= 0xF3) return {3, 0x80, 0xBF};
  if (byte == 0xF4) return {3, 0x80, 0x8F};  // up to U+10FFFF
  return {0, 0, 0};
}

}  // namespace

bool Utf8Validator::feed(std::string_view bytes) noexcept {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  while (at != end) {
    if (needed_ == 0) {
      at += ascii_prefix(at, end);
      if (at == end) return true;
    }
    const auto byte = static_cast<std::uint8_t>(*at++);
    if (needed_ != 0) {
      if (byte < low_ || byte > high_) return false;
      --needed_;
      low_ = 0x80;
      high_ = 0xBF;
    } else if (byte >= 0x80) {
      const Lead lead = lead_of(byte);
      if (lead.needed == 0) return false;
      needed_ = lead.needed;
      low_ = lead.low;
      high_ = lead.high;
    }
  }
  return true;
}

}  // namespace godwit::net

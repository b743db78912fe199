#include "base/utf8.hpp"

#include <cstring>

namespace godwit {
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

char32_t next_code_point(std::string_view text, std::size_t& at) noexcept {
  const auto first = static_cast<std::uint8_t>(text[at++]);
  if (first < 0x80) return first;
  const Lead lead = lead_of(first);
  if (lead.needed == 0 || at + lead.needed > text.size()) return kReplacement;
  char32_t c = first & (0x3FU >> lead.needed);
  std::uint8_t low = lead.low, high = lead.high;
  for (std::size_t k = 0; k < lead.needed; ++k) {
    const auto byte = static_cast<std::uint8_t>(text[at + k]);
    if (byte < low || byte > high) return kReplacement;
    c = (c << 6U) | (byte & 0x3FU);
    low = 0x80, high = 0xBF;
  }
  at += lead.needed;
  return c;
}

void append_code_point(std::string& out, char32_t c) {
  const auto tail = [&out](char32_t bits) { out += static_cast<char>(0x80U | (bits & 0x3FU)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0U | (c >> 6U));
    tail(c);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0U | (c >> 12U));
    tail(c >> 6U), tail(c);
  } else {
    out += static_cast<char>(0xF0U | (c >> 18U));
    tail(c >> 12U), tail(c >> 6U), tail(c);
  }
}

std::u32string decode_utf8(std::string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) out += next_code_point(text, at);
  return out;
}

std::string encode_utf8(std::u32string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char32_t c : text) append_code_point(out, c);
  return out;
}

std::size_t characters(std::string_view utf8) noexcept {
  std::size_t n = 0;
  for (const char c : utf8) n += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  return n;
}

}  // namespace godwit

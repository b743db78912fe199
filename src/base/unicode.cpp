#include "base/unicode.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "base/utf8.hpp"

namespace godwit {
namespace {
const utf8proc_property_t& property(char32_t c) noexcept {
  return *utf8proc_get_property(static_cast<utf8proc_int32_t>(c));
}

constexpr bool is_ascii(std::string_view text) noexcept {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}
}  // namespace

std::string_view unicode_version() noexcept { return utf8proc_unicode_version(); }

std::string nfc(std::string_view text) {
  if (is_ascii(text) || !is_utf8(text)) return std::string(text);
  utf8proc_uint8_t* made = nullptr;
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                 static_cast<utf8proc_ssize_t>(text.size()), &made,
                                 static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(made, &std::free);
  if (size < 0) return std::string(text);
  return {reinterpret_cast<const char*>(made), static_cast<std::size_t>(size)};
}

CharClass class_of(char32_t c) noexcept {
  switch (property(c).category) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO: return CharClass::letter;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: return CharClass::number;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME: return CharClass::mark;
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP: return CharClass::space;
    case UTF8PROC_CATEGORY_CC: return CharClass::control;
    case UTF8PROC_CATEGORY_CF: return CharClass::format;
    default: return CharClass::other;
  }
}

int combining_class(char32_t c) noexcept { return property(c).combining_class; }
bool is_ignorable(char32_t c) noexcept { return property(c).ignorable != 0; }

std::size_t decompose_folded(char32_t c, std::span<char32_t, kLongestFold> out) noexcept {
  std::array<utf8proc_int32_t, kLongestFold> made{};
  constexpr auto options =
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
                                                         UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
  int boundary = 0;
  const auto size = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), made.data(),
                                            static_cast<utf8proc_ssize_t>(made.size()), options, &boundary);
  if (size < 0 || static_cast<std::size_t>(size) > made.size()) return out[0] = c, 1;  // a surrogate
  for (std::size_t i = 0; i < static_cast<std::size_t>(size); ++i) out[i] = static_cast<char32_t>(made[i]);
  return static_cast<std::size_t>(size);
}

char32_t compose(char32_t first, char32_t second) noexcept {
  utf8proc_int32_t pair[] = {static_cast<utf8proc_int32_t>(first), static_cast<utf8proc_int32_t>(second)};
  constexpr auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  return utf8proc_normalize_utf32(pair, 2, options) == 1 ? static_cast<char32_t>(pair[0]) : 0;
}

std::size_t end_of_grapheme(std::u32string_view text, std::size_t at) noexcept {
  utf8proc_int32_t state = 0;
  while (++at < text.size()) {
    if (utf8proc_grapheme_break_stateful(static_cast<utf8proc_int32_t>(text[at - 1]),
                                         static_cast<utf8proc_int32_t>(text[at]), &state))
      break;
  }
  return std::min(at, text.size());
}

}  // namespace godwit

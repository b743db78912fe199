#include "engine/sqlite/archive_unicode.hpp"

#include <algorithm>

namespace godwit::engine::sqlite {
namespace {

constexpr char32_t kBroken = 0xFFFD;

struct Range {
  char32_t first, last;
};

constexpr bool within(std::span<const Range> ranges, char32_t c) noexcept {
  for (const auto& range : ranges) {
    if (c < range.first) return false;
    if (c <= range.last) return true;
  }
  return false;
}

constexpr Range kIgnored[] = {{0xAD, 0xAD},     {0x300, 0x36F},   {0x1AB0, 0x1AFF},  {0x1DC0, 0x1DFF},
                              {0x200C, 0x200D}, {0x2060, 0x2060}, {0x20D0, 0x20FF},  {0xFE00, 0xFE0F},
                              {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF}};

// Digits of these scripts stay words: a number is found whole.
constexpr Range kRuns[] = {{0xE01, 0xE4E},   {0xE81, 0xECD},   {0xEDC, 0xEDF},     {0x1000, 0x103F},  {0x1050, 0x108F},
                           {0x1100, 0x11FF}, {0x1780, 0x17D3}, {0x2E80, 0x2FD5},   {0x3005, 0x3007},  {0x3021, 0x3029},
                           {0x3031, 0x3035}, {0x3038, 0x303C}, {0x3041, 0x309A},   {0x309D, 0x309F},  {0x30A1, 0x30FA},
                           {0x30FC, 0x312F}, {0x3131, 0x318E}, {0x31A0, 0x31BF},   {0x31F0, 0x31FF},  {0x3400, 0x4DBF},
                           {0x4E00, 0x9FFF}, {0xA960, 0xA97C}, {0xAC00, 0xD7A3},   {0xD7B0, 0xD7FB},  {0xF900, 0xFAFF},
                           {0xFF66, 0xFF9F}, {0xFFA0, 0xFFDC}, {0x1AFF0, 0x1B16F}, {0x20000, 0x3FFFD}};

bool is_word(char32_t c) noexcept {
  const auto bounds = unicode_tables().word_bounds;
  const auto above = std::ranges::upper_bound(bounds, c);
  return (above - bounds.begin()) % 2 == 1;
}

// U+FF66 to U+FF9D, the katakana of half width.
constexpr char16_t kHalfWidth[] =
    u"ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";

}  // namespace

char32_t next_character(std::string_view text, std::size_t& at) noexcept {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80) return lead;
  const std::size_t more = lead >= 0xC2 && lead <= 0xDF   ? 1
                           : (lead & 0xF0U) == 0xE0U      ? 2
                           : lead >= 0xF0 && lead <= 0xF4 ? 3
                                                          : 0;
  if (more == 0 || at + more > text.size()) return kBroken;
  char32_t c = lead & (0x3FU >> more);
  for (std::size_t k = 0; k < more; ++k) {
    const auto byte = static_cast<unsigned char>(text[at + k]);
    if ((byte & 0xC0U) != 0x80U) return kBroken;
    c = (c << 6U) | (byte & 0x3FU);
  }
  const bool overlong = (more == 2 && c < 0x800) || (more == 3 && c < 0x10000);
  if (overlong || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) return kBroken;
  at += more;
  return c;
}

void append_character(std::string& out, char32_t c) {
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

CharKind kind_of(char32_t c) noexcept {
  if (c < 0x80) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter ? CharKind::word : CharKind::separator;
  }
  if (within(kRuns, c)) return CharKind::run;
  if (within(kIgnored, c)) return CharKind::ignored;
  return is_word(c) ? CharKind::word : CharKind::separator;
}

char32_t fold(char32_t c) noexcept {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
  const auto& tables = unicode_tables();
  if (c >= 0xC0 && c < 0xC0 + tables.fold_low.size()) return tables.fold_low[c - 0xC0];
  if (c >= 0x1E00 && c < 0x1E00 + tables.fold_high.size()) return tables.fold_high[c - 0x1E00];
  if (c >= 0xFF10 && c <= 0xFF5A) return fold(c - 0xFF00 + 0x20);
  if (c >= 0xFF66 && c <= 0xFF9D) return kHalfWidth[c - 0xFF66];
  return c;
}

}  // namespace godwit::engine::sqlite

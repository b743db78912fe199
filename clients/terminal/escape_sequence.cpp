#include "clients/terminal/escape_sequence.hpp"

#include <array>
#include <utility>

namespace godwit::chat {
namespace {
using Kind = Key::Kind;
constexpr char32_t kBell = 7, kEscape = 27;
constexpr bool is_final(char32_t c) { return c >= 0x40 && c <= 0x7E; }
}  // namespace

bool EscapeSequence::begins(char32_t c) noexcept {
  switch (c) {
    case '[':  // CSI: parameters and a final character
    case 'O':  // SS3: one character, in old terminals behind a digit
    case ']':  // OSC, DCS, SOS, PM, APC: up to BEL or ST
    case 'P':
    case 'X':
    case '^':
    case '_': return true;
    default: return false;
  }
}

void EscapeSequence::take(char32_t c) {
  const bool ends_text = c == kBell || (c == '\\' && body_.ends_with('\033'));
  if (c < 0x80) body_ += static_cast<char>(c);
  ++taken_;
  if (first_ == '[') {
    // The old mouse report: three characters of any kind after the M.
    const bool mouse = body_.starts_with('M');
    whole_ = mouse ? taken_ >= 4 : is_final(c) && !(taken_ == 1 && c == '[');
    if (body_.starts_with('[')) whole_ = taken_ >= 2;  // the console's function keys: ESC [ [ A
  } else if (first_ == 'O') {
    whole_ = is_final(c);
  } else {
    whole_ = ends_text;
  }
  if (c == kEscape && (first_ == '[' || first_ == 'O')) whole_ = true;  // cut short
  if (taken_ >= kMost) whole_ = true;
}

std::optional<Kind> EscapeSequence::key() const {
  if (first_ != '[' && first_ != 'O') return std::nullopt;
  constexpr std::array<std::pair<std::string_view, Kind>, 26> kKeys{{
      {"A", Kind::up},
      {"B", Kind::down},
      {"C", Kind::right},
      {"D", Kind::left},
      {"H", Kind::home},
      {"F", Kind::end},
      {"Z", Kind::back_tab},
      {"M", Kind::enter},
      {"1;2C", Kind::right},
      {"1;2D", Kind::left},
      {"1;3C", Kind::word_right},
      {"1;3D", Kind::word_left},
      {"1;5C", Kind::word_right},
      {"1;5D", Kind::word_left},
      {"1;5H", Kind::home},
      {"1;5F", Kind::end},
      {"3~", Kind::erase_right},
      {"5~", Kind::page_up},
      {"6~", Kind::page_down},
      {"13;2u", Kind::new_line},
      {"13;3u", Kind::new_line},
      {"13;5u", Kind::new_line},
      {"27;2;13~", Kind::new_line},
      {"27;3;13~", Kind::new_line},
      {"27;5;13~", Kind::new_line},
      {"13u", Kind::enter},
  }};
  for (const auto& [body, kind] : kKeys) {
    if (body == body_ && (first_ == 'O' || body != "M")) return kind;
  }
  return std::nullopt;
}

char32_t LineBreaks::take(char32_t c) noexcept {
  const bool after_return = std::exchange(after_return_, c == '\r');
  if (c == '\n' && after_return) return 0;
  return c == '\r' ? U'\n' : c;
}

}  // namespace godwit::chat

#include "clients/terminal/terminal_keys.hpp"

#define NCURSES_NOMACROS 1
#define NCURSES_WIDECHAR 1
#include <curses.h>

#include "clients/terminal/escape_sequence.hpp"
#include "clients/terminal/terminal.hpp"

namespace godwit::chat {
namespace {
enum Extra : int { paste_begins = KEY_MAX + 1, paste_ends, ctrl_left, ctrl_right, other_home, other_end };
using Kind = Key::Kind;
constexpr std::size_t kMostPasted = 65'536;  // characters; an editor takes less
constexpr int kSequenceMs = 100;             // between two characters of one that has begun

std::optional<Kind> kind_of_function(wint_t code) {
  switch (code) {
    case KEY_ENTER: return Kind::enter;
    case KEY_BTAB: return Kind::back_tab;
    case KEY_LEFT: return Kind::left;
    case KEY_RIGHT: return Kind::right;
    case KEY_UP: return Kind::up;
    case KEY_DOWN: return Kind::down;
    case KEY_HOME:
    case KEY_FIND:
    case other_home: return Kind::home;
    case KEY_END:
    case KEY_SELECT:
    case other_end: return Kind::end;
    case ctrl_left: return Kind::word_left;
    case ctrl_right: return Kind::word_right;
    case KEY_PPAGE: return Kind::page_up;
    case KEY_NPAGE: return Kind::page_down;
    case KEY_BACKSPACE: return Kind::erase_left;
    case KEY_DC: return Kind::erase_right;
    default: return std::nullopt;
  }
}

std::optional<Kind> kind_of_control(wint_t c) {
  switch (c) {
    case '\r':
    case '\n': return Kind::enter;
    case '\t': return Kind::tab;
    case 1: return Kind::home;
    case 2: return Kind::left;
    case 3: return Kind::interrupt;
    case 4: return Kind::end_of_input;
    case 5: return Kind::end;
    case 6: return Kind::right;
    case 8:
    case 127: return Kind::erase_left;
    case 11: return Kind::erase_to_end;
    case 12: return Kind::redraw;
    case 14: return Kind::next;
    case 16: return Kind::previous;
    case 21: return Kind::erase_to_start;
    case 23: return Kind::erase_word;
    case 26: return Kind::suspend;
    default: return std::nullopt;
  }
}
}  // namespace

void define_keys() {
  ::define_key(nullptr, KEY_MOUSE);  // ncurses would take the head of a report and leave the rest to be typed
  ::define_key("\033[200~", paste_begins);
  ::define_key("\033[201~", paste_ends);
  for (const char* sequence : {"\033[1;5D", "\033[5D", "\033[1;3D"}) ::define_key(sequence, ctrl_left);
  for (const char* sequence : {"\033[1;5C", "\033[5C", "\033[1;3C"}) ::define_key(sequence, ctrl_right);
  for (const char* sequence : {"\033[H", "\033OH", "\033[1~"}) ::define_key(sequence, other_home);
  for (const char* sequence : {"\033[F", "\033OF", "\033[4~"}) ::define_key(sequence, other_end);
}

std::optional<Key> Terminal::read() {
  for (;;) {
    wint_t code = 0;
    const int got = ::wget_wch(::stdscr, &code);
    if (got == ERR) return std::nullopt;
    if (got == KEY_CODE_YES) {
      if (code == paste_begins) return read_paste();
      if (const auto kind = kind_of_function(code)) return Key{.kind = *kind};
      continue;  // a key that means nothing here
    }
    if (code == 27) return read_escape();
    if (const auto kind = kind_of_control(code)) return Key{.kind = *kind};
    if (code >= 0x20) return Key{.kind = Kind::character, .c = static_cast<char32_t>(code)};
  }
}

/// Escape alone, Alt with the key that follows at once, or a sequence that ncurses does not know: it types nothing.
std::optional<Key> Terminal::read_escape() {
  wint_t code = 0;
  const int got = ::wget_wch(::stdscr, &code);
  if (got == ERR) return Key{.kind = Kind::escape};
  if (got == KEY_CODE_YES && code == KEY_BACKSPACE) return Key{.kind = Kind::erase_word};
  if (got == KEY_CODE_YES) return Key{.kind = Kind::escape};
  if (EscapeSequence::begins(static_cast<char32_t>(code))) return read_sequence(static_cast<char32_t>(code));
  if (code == '\r' || code == '\n') return Key{.kind = Kind::new_line};
  if (code == 8 || code == 127) return Key{.kind = Kind::erase_word};
  if (code == 'b') return Key{.kind = Kind::word_left};
  if (code == 'f') return Key{.kind = Kind::word_right};
  if (code >= '1' && code <= '9') return Key{.kind = Kind::nth, .c = static_cast<char32_t>(code)};
  return Key{.kind = Kind::escape};
}

/// Its end may still be on the way. nothing: a key, or a terminal's answer, that means nothing here.
std::optional<Key> Terminal::read_sequence(char32_t first) {
  EscapeSequence sequence(first);
  ::wtimeout(::stdscr, kSequenceMs);
  wint_t code = 0;
  int got = OK;
  while (!sequence.whole() && got != ERR) {
    got = ::wget_wch(::stdscr, &code);
    if (got == OK) sequence.take(static_cast<char32_t>(code));
  }
  ::nodelay(::stdscr, true);
  const auto kind = sequence.whole() ? sequence.key() : std::nullopt;
  return Key{.kind = kind.value_or(Kind::nothing)};
}

/// Everything up to the end of the paste, line breaks included; a terminal that never ends it is waited for half a
/// second.
Key Terminal::read_paste() {
  Key key{.kind = Kind::paste};
  ::wtimeout(::stdscr, 500);
  wint_t code = 0;
  LineBreaks breaks;
  for (int got = ::wget_wch(::stdscr, &code); got != ERR; got = ::wget_wch(::stdscr, &code)) {
    if (got == KEY_CODE_YES && code == paste_ends) break;
    if (got == KEY_CODE_YES || key.text.size() >= kMostPasted) continue;
    if (const auto c = breaks.take(static_cast<char32_t>(code)); c == '\n' || c == '\t' || c >= 0x20) key.text += c;
  }
  ::nodelay(::stdscr, true);
  return key;
}

}  // namespace godwit::chat

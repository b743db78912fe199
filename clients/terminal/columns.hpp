#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace godwit::chat {

/// Makes wide characters work whatever LANG says: the process's LC_CTYPE becomes a UTF-8 one. Called once, before
/// threads.
void use_utf8();

/// Columns of a terminal that one character takes once it was made printable: 0 (combining, or dropped), 1 or 2
/// (Chinese, emoji), 4 (a tab). The C library's idea of it, because ncurses places by that; everybody here asks this.
[[nodiscard]] int columns(char32_t c);
[[nodiscard]] int columns(std::u32string_view text);
[[nodiscard]] int columns(std::string_view utf8);

/// Text that a terminal may be given, whoever wrote it: no control characters or escapes (shown as U+FFFD), nothing
/// that turns the direction of what follows, no joiners and variation selectors (terminals disagree about their width).
/// Line breaks stay as they are where `lines` is set and become a visible sign otherwise; tabs become spaces.
[[nodiscard]] std::string printable(std::string_view utf8, bool lines = false);

/// At most `width` columns of it, the last one "…" where something was cut off.
[[nodiscard]] std::string cut(std::string_view utf8, int width);
/// Exactly `width` columns: cut or filled with spaces.
[[nodiscard]] std::string fit(std::string_view utf8, int width);
/// Lines of at most `width` columns (at least 2): broken at spaces where there are any, between wide characters
/// anywhere, inside a word only where it is longer than a line. Line breaks in the text are kept. Never empty.
[[nodiscard]] std::vector<std::string> wrap(std::string_view utf8, int width);

}  // namespace godwit::chat

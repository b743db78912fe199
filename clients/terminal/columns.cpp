#include "clients/terminal/columns.hpp"

#include <langinfo.h>
#include <clocale>
#include <cwchar>

#include <algorithm>

#include "base/utf8.hpp"

namespace godwit::chat {
namespace {
constexpr int kTab = 4;  // a tab is shown as so many blanks

bool dropped(char32_t c) {
  return (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF ||
         c == 0x061C || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0x1F3FB && c <= 0x1F3FF) ||
         (c >= 0xE0000 && c <= 0xE0FFF);
}
bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029; }
}  // namespace

void use_utf8() {
  if (std::setlocale(LC_CTYPE, "") != nullptr && std::string_view(nl_langinfo(CODESET)) == "UTF-8") return;
  if (std::setlocale(LC_CTYPE, "C.UTF-8") == nullptr) std::setlocale(LC_CTYPE, "en_US.UTF-8");
}

int columns(char32_t c) {
  if (c >= 0x20 && c < 0x7F) return 1;
  if (c == '\t') return kTab;
  if (c == '\n' || c == '\r' || dropped(c)) return 0;
  const int wide = is_control(c) ? -1 : ::wcwidth(static_cast<wchar_t>(c));
  return wide < 0 ? 1 : wide;  // shown as U+FFFD
}
int columns(std::u32string_view text) {
  int total = 0;
  for (const char32_t c : text) total += columns(c);
  return total;
}
int columns(std::string_view utf8) { return columns(decode_utf8(utf8)); }

std::string printable(std::string_view utf8, bool lines) {
  std::string out;
  out.reserve(utf8.size());
  char32_t before = 0;
  for (const char32_t c : decode_utf8(utf8)) {
    if (c == '\n') {
      if (lines)
        out += '\n';
      else
        out += " ⏎ ";
    } else if (c == '\t') {
      out.append(kTab, ' ');
    } else if (c == '\r' || dropped(c)) {
      continue;
    } else if (is_control(c) || ::wcwidth(static_cast<wchar_t>(c)) < 0 || (columns(c) == 0 && before == 0)) {
      append_code_point(out, kReplacement);
    } else {
      append_code_point(out, c);
    }
    before = c == '\n' ? 0 : c;
  }
  return out;
}

std::string cut(std::string_view utf8, int width) {
  const auto text = decode_utf8(utf8);
  if (columns(text) <= width) return std::string(utf8);
  std::string out;
  int used = 0;
  for (const char32_t c : text) {
    if (used + columns(c) > width - 1) break;
    used += columns(c);
    append_code_point(out, c);
  }
  if (width > 0) out += "…";
  return out;
}

std::string fit(std::string_view utf8, int width) {
  std::string out = cut(utf8, width);
  out.append(static_cast<std::size_t>(std::max(0, width - columns(out))), ' ');
  return out;
}

namespace {
/// How many characters of `rest` make its first line, and how many more (one space) go with the break.
struct Break {
  std::size_t take, skip;
};
Break first_line(std::u32string_view rest, int width) {
  int used = 0;
  std::size_t good = 0, skip = 0;  // the last place where a break is fine
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] == '\n') return {i, 1};
    const int wide = columns(rest[i]);
    if (i > 0 && rest[i] == ' ')
      good = i, skip = 1;
    else if (i > 0 && wide > 0 && (wide == 2 || columns(rest[i - 1]) == 2) && rest[i - 1] != ' ')
      good = i, skip = 0;
    if (used + wide > width) return good > 0 ? Break{good, skip} : Break{std::max<std::size_t>(i, 1), 0};
    used += wide;
  }
  return {rest.size(), 0};
}
}  // namespace

std::vector<std::string> wrap(std::string_view utf8, int width) {
  const auto text = decode_utf8(utf8);
  std::u32string_view rest = text;
  std::vector<std::string> lines;
  width = std::max(width, 2);
  bool ended_by_break = false;
  while (!rest.empty()) {
    const auto [take, skip] = first_line(rest, width);
    lines.push_back(encode_utf8(rest.substr(0, take)));
    ended_by_break = skip == 1 && rest[take] == '\n';
    rest.remove_prefix(std::min(rest.size(), take + skip));
  }
  if (lines.empty() || ended_by_break) lines.emplace_back();
  return lines;
}

}  // namespace godwit::chat

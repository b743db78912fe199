#include "app/commands/printable.hpp"

#include <fmt/format.h>

#include "base/utf8.hpp"

namespace godwit::app {
namespace {

bool is_obeyed(char32_t c) {
  const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
  const bool turns =
      c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  return control || turns;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto character = next_code_point(text, at);
    if (is_obeyed(character))
      out += fmt::format("\\u{{{:x}}}", static_cast<std::uint32_t>(character));
    else
      append_code_point(out, character);
  }
  return out;
}

std::string isolated(std::string_view text) { return "\u2068" + printable(text) + "\u2069"; }

}  // namespace godwit::app

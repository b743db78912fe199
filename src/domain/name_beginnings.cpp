#include "domain/name_beginnings.hpp"

#include <algorithm>

#include "base/unicode.hpp"
#include "base/utf8.hpp"
#include "domain/segments.hpp"

namespace godwit {
namespace {

/// Words and runs, a blank between two, and where something begins.
struct Words {
  std::u32string text;
  std::vector<std::size_t> begins;
};

Words words_of(std::string_view name) {
  Words words;
  Segments segments(name);
  while (segments.next()) {
    if (!words.text.empty()) words.text += U' ';
    const auto& characters = segments.characters();
    for (std::size_t i = 0; i < (segments.is_run() ? characters.size() : 1); ++i)
      words.begins.push_back(words.text.size() + i);
    words.text += characters;
  }
  return words;
}

/// For names of nothing but symbols, and those that begin with one.
std::u32string all_characters(std::string_view text) {
  std::u32string all;
  Folding folding(text);
  for (Folded next; folding.next(next);) {
    const auto kind = class_of(next.character);
    const bool blank = kind == CharClass::space || kind == CharClass::control;
    if (!blank || !all.empty()) all += blank ? U' ' : next.character;
  }
  while (!all.empty() && all.back() == U' ') all.pop_back();
  return all;
}

std::string beginning(std::u32string_view text) { return encode_utf8(text.substr(0, kNameCharacters)); }

}  // namespace

std::vector<std::string> name_beginnings(std::string_view name) {
  std::vector<std::string> out;
  const auto words = words_of(name);
  const auto all = all_characters(name);
  if (words.text.empty() || all.front() != words.text.front()) out.push_back(beginning(all));
  for (const auto begin : words.begins) {
    if (out.size() < kNameBeginnings) out.push_back(beginning(std::u32string_view(words.text).substr(begin)));
  }
  std::ranges::sort(out);
  const auto twice = std::ranges::unique(out);
  out.erase(twice.begin(), twice.end());
  std::erase(out, "");
  return out;
}

std::string name_prefix(std::string_view typed) {
  const auto words = words_of(typed);
  return beginning(words.text.empty() ? all_characters(typed) : words.text);
}

}  // namespace godwit

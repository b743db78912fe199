#include "clients/terminal/escape_sequence.hpp"

#include <doctest/doctest.h>

using namespace godwit::chat;
using Kind = Key::Kind;

namespace {
/// What is left to be typed of the characters after an ESC; the key that the sequence means in `key`.
std::u32string left_of(std::u32string_view after_escape, std::optional<Kind>* key = nullptr) {
  REQUIRE(EscapeSequence::begins(after_escape.front()));
  EscapeSequence sequence(after_escape.front());
  std::size_t at = 1;
  while (at < after_escape.size() && !sequence.whole()) sequence.take(after_escape[at++]);
  CHECK(sequence.whole());
  if (key != nullptr) *key = sequence.key();
  return std::u32string(after_escape.substr(at));
}
std::optional<Kind> key_of(std::u32string_view after_escape) {
  std::optional<Kind> key;
  CHECK(left_of(after_escape, &key).empty());
  return key;
}
}  // namespace

TEST_CASE("chat: escape sequences type nothing, whatever they are") {
  for (const auto* sequence : {U"[I",
                               U"[O",
                               U"[<0;10;5M",
                               U"[<0;10;5m",
                               U"[M !\"",
                               U"[15~",
                               U"[3;5~",
                               U"[[A",
                               U"[?1;2c",
                               U"[24;80R",
                               U"]11;rgb:ffff/ffff/ffff\a",
                               U"]11;rgb:ff/ff/ff\033\\",
                               U"P1+r\033\\",
                               U"_Gi=1;OK\033\\",
                               U"OP",
                               U"O5P",
                               U"[1;6A",
                               U"[97;5u",
                               U"[200~",
                               U"[8;24;80t"}) {
    CHECK(left_of(std::u32string(sequence) + U"c") == U"c");
    CHECK_FALSE(key_of(sequence).has_value());
  }
  EscapeSequence endless(U']');
  for (int i = 0; i < 5000 && !endless.whole(); ++i) endless.take(U'x');
  CHECK(endless.whole());
}

TEST_CASE("chat: keys that ncurses leaves to us") {
  CHECK(key_of(U"[D") == Kind::left);
  CHECK(key_of(U"[1;5C") == Kind::word_right);
  CHECK(key_of(U"[3~") == Kind::erase_right);
  CHECK(key_of(U"[13;2u") == Kind::new_line);
  CHECK(key_of(U"[27;5;13~") == Kind::new_line);
  CHECK(key_of(U"OM") == Kind::enter);
  for (const char32_t alt : U"bf1\r") CHECK_FALSE(EscapeSequence::begins(alt));
}

TEST_CASE("chat: a paste's line breaks are single") {
  const auto pasted = [](std::u32string_view text) {
    std::u32string out;
    LineBreaks breaks;
    for (const char32_t c : text) {
      if (const auto kept = breaks.take(c)) out += kept;
    }
    return out;
  };
  CHECK(pasted(U"one\r\ntwo\r\nthree") == U"one\ntwo\nthree");
  CHECK(pasted(U"one\rtwo\r\r\nthree\n\nfour") == U"one\ntwo\n\nthree\n\nfour");
}

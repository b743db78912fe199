#include "clients/terminal/columns.hpp"

#include <doctest/doctest.h>

#include "base/utf8.hpp"

using namespace godwit::chat;
using Lines = std::vector<std::string>;

TEST_CASE("chat: columns of a terminal are not characters and not bytes") {
  use_utf8();
  CHECK(columns("abc") == 3);
  CHECK(columns("你好") == 4);
  CHECK(columns("🙂") == 2);
  CHECK(columns("e\u0301") == 1);
  CHECK(fit("你好", 5) == "你好 ");
  CHECK(cut("你好吗", 5) == "你好…");
  CHECK(cut("你好吗", 4) == "你…");
  CHECK(cut("abc", 3) == "abc");
  CHECK(columns(fit("你好吗", 4)) == 4);
  for (const auto* text : {"👍🏽", "👨‍👩‍👧", "a\tb", "e\u0301", "\u202Eabc", "❤️", "\x01\x1b[31m", "\u0007"})
    CHECK(columns(text) == columns(printable(text)));
  CHECK(columns("👍🏽") == 2);
  CHECK(columns("a\tb") == 6);
}

TEST_CASE("chat: text is wrapped by columns: at spaces, between wide characters, inside a word only where it must be") {
  use_utf8();
  CHECK(wrap("hello there world", 11) == Lines{"hello there", "world"});
  CHECK(wrap("hello there", 8) == Lines{"hello", "there"});
  CHECK(wrap("abcdefghij", 4) == Lines{"abcd", "efgh", "ij"});
  CHECK(wrap("你好吗朋友", 4) == Lines{"你好", "吗朋", "友"});
  CHECK(wrap("你好吗朋友", 5) == Lines{"你好", "吗朋", "友"});
  CHECK(wrap("ok 你好", 5) == Lines{"ok 你", "好"});
  CHECK(wrap("a\n\nb", 10) == Lines{"a", "", "b"});
  CHECK(wrap("a\n", 10) == Lines{"a", ""});
  CHECK(wrap("", 10) == Lines{""});
  CHECK(wrap("🙂🙂🙂", 1) == Lines{"🙂", "🙂", "🙂"});
  for (int width = 2; width < 30; ++width) {
    for (const auto& line : wrap("The quick 棕色 fox 🦊 jumps over 懒狗 superlongwordwithoutend", width))
      CHECK(columns(line) <= width);
  }
}

TEST_CASE("chat: nothing that people write can drive the terminal") {
  use_utf8();
  CHECK(printable("\033[2Jhi") == "\uFFFD[2Jhi");
  CHECK(printable("a\u009bb") == "a\uFFFDb");
  CHECK(printable("a\u202Eb") == "ab");
  CHECK(printable("a\tb\rc") == "a    bc");
  CHECK(printable("a\nb") == "a ⏎ b");
  CHECK(printable("a\nb", true) == "a\nb");
  CHECK(printable("\u0301x") == "\uFFFDx");
  CHECK(godwit::is_utf8(printable("\xff\xc3 broken \xe4\xbd")));
  CHECK(printable("👍🏽") == "👍");
}

#include "app/commands/printable.hpp"

#include <doctest/doctest.h>

namespace godwit::app {

TEST_CASE("what a terminal would obey is spelled out") {
  CHECK(printable("\x1b[31mred\x07") == R"(\u{1b}[31mred\u{7})");
  CHECK(printable("Ann\nroot  admin") == R"(Ann\u{a}root  admin)");
  CHECK(printable("x\u009b2J\u007f") == R"(x\u{9b}2J\u{7f})");
  CHECK(printable("\u202enimda\u2069") == R"(\u{202e}nimda\u{2069})");
  CHECK(printable("a\u2028b\u2029c") == R"(a\u{2028}b\u{2029}c)");
  CHECK(printable("a\xff\x80z") == "a\ufffd\ufffdz");
}

TEST_CASE("all other text stays as it is") {
  for (const auto* text :
       {"", "Ann O'Neil-Smith", "日本語", "👨‍👩‍👧‍👦", "علی‌رضا", "a\\u{1b}"})
    CHECK(printable(text) == text);
}

TEST_CASE("in a sentence a name keeps its direction to itself") { CHECK(isolated("علی") == "\u2068علی\u2069"); }

}  // namespace godwit::app

#include "base/unicode.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace godwit {

TEST_CASE("unicode: one form for canonical spellings, and bytes that are no text stay") {
  CHECK(nfc("e\u0301 plain") == "é plain");
  CHECK(nfc("\u1112\u1161\u11A8") == "학");
  CHECK(nfc("ﬁ Ａ ²") == "ﬁ Ａ ²");  // compatibility is not canonical
  CHECK(nfc("\xFF e\u0301") == "\xFF e\u0301");
  CHECK(nfc(std::string_view("a\0e\u0301", 5)) == std::string_view("a\0é", 4));
  CHECK(nfc("").empty());
  CHECK(compose(U'e', 0x301) == U'é');
  CHECK(compose(U'か', 0x3099) == U'が');
  CHECK(compose(0xD558, 0x11A8) == 0xD559);
  CHECK(compose(U'x', U'y') == 0);
}

TEST_CASE("unicode: what people see as one character") {
  const auto parts = [](std::u32string_view text) {
    std::vector<std::size_t> ends;
    for (std::size_t at = 0; at < text.size();) ends.push_back(at = end_of_grapheme(text, at));
    return ends;
  };
  using Ends = std::vector<std::size_t>;
  CHECK(parts(U"ab") == Ends{1, 2});
  CHECK(parts(U"e\u0301x") == Ends{2, 3});
  CHECK(parts(U"👍🏽x") == Ends{2, 3});
  CHECK(parts(U"👨‍👩‍👧x") == Ends{5, 6});
  CHECK(parts(U"🇫🇷🇩🇪") == Ends{2, 4});
  CHECK(parts(U"\t\t\n") == Ends{1, 2, 3});
  CHECK(parts(U"").empty());
}

}  // namespace godwit

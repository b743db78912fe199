#include "domain/folding.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <ctime>

#include "base/unicode.hpp"
#include "base/utf8.hpp"
#include "domain/sought_text.hpp"
#include "domain/segments.hpp"

namespace godwit {
namespace {

/// The folded characters, separators as blanks.
std::string folded(std::string_view text) {
  std::string out;
  Folding folding(text);
  for (Folded next; folding.next(next);)
    append_code_point(out, next.kind == CharKind::separator ? U' ' : next.character);
  return out;
}

/// Where `typed` stands in `text`: "from-to from-to".
std::string places(std::string_view typed, std::string_view text) {
  std::string out;
  for (const auto& [begin, end] : SoughtText(typed).find_in(text).value_or(std::vector<TextPlace>{}))
    out += (out.empty() ? "" : " ") + std::to_string(begin) + "-" + std::to_string(end);
  return out;
}

/// Processor time of this thread: what others do on the machine is not in it.
double spent() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

}  // namespace

TEST_CASE("folding: one for all spellings of a letter") {
  CHECK(folded("ÀÉÎõü Ñ Ÿ ŁÓDŹ") == "aeiou n y lodz");
  CHECK(folded("Đặng Ørsted Æsir Œuvre þing ŋ Straße STRASSE İı") ==
        "dang orsted aesir oeuvre thing n strasse strasse ii");
  CHECK(folded("ΑΘΉΝΑ Σς ᾳ α\u0345") == "αθηνα σσ αι αι");
  CHECK(folded("ＡＢｃ１２ ﬁne 5㎏ m² ①") == "abc12 fine 5kg m2 1");
  CHECK(folded("Foo™ Bar℠") == "foo  bar ");
  CHECK(folded("ﾊﾟｿｺﾝ ｶﾞﾗｽ") == "パソコン ガラス");
  CHECK(folded("ハ\u309Aソコン か\u3099 か゛") == "パソコン が が");
  CHECK(folded("\u1112\u1161\u11A8\u110C\u1165\u11B7") == "학점");
  CHECK(folded("하\u11A8 ㅋㅋ") == folded("학 ㅋㅋ"));
  CHECK(folded("\u0915\u093C\u0932\u092E \u0958") == "\u0915\u093C\u0932\u092E \u0915\u093C");
}

TEST_CASE("folding: vowel marks and what has no look are left out") {
  CHECK(folded("كَتَبَ") == "كتب");
  CHECK(folded("كتـــب") == "كتب");
  CHECK(folded("أحمد إلى آدم ٱلمدرسة") == "احمد الي ادم المدرسه");
  CHECK(folded("ا\u0653 ا\u0654") == folded("آ أ"));
  CHECK(folded("کتاب یک") == folded("كتاب يك"));
  CHECK(folded("שָׁלוֹם") == "שלום");
  CHECK(folded("soft\u00ADhyphen zero\u200Dwidth\u200Bspace \u202Aabc\u202C \uFEFFx") ==
        "softhyphen zerowidthspace abc x");
  CHECK(folded("葛\U000E0100城") == "葛城");
}

TEST_CASE("folding: marks in any order are one") {
  CHECK(folded("ก\u0E49\u0E38") == folded("ก\u0E38\u0E49"));
  CHECK(folded("か\u0301\u3099") == "が");
  CHECK(folded("a\u3099\u0301\u0323") == "a\u3099");
}

TEST_CASE("folding: highlights count code points of the text as it was written") {
  CHECK(places("パソコン", "ﾊﾟｿｺﾝを買う") == "0-5");
  CHECK(places("ｶﾞﾗｽ", "青いガラスの靴") == "2-5");
  CHECK(places("학점", "\u1112\u1161\u11A8\u110C\u1165\u11B7인정") == "0-6");
  CHECK(places("كتب", "ثم كَتَبَ الولد") == "3-9");
  CHECK(places("שלום", "שָׁלוֹם!") == "0-7");
  CHECK(places("strasse", "Die Straße 5") == "4-10");
  CHECK(places("株式", "㍿か") == "0-1");
  CHECK(places("الله", "a ﷺ b") == "2-3");
  CHECK(places("softhyphen", "x soft\u00ADhyphen") == "2-13");
  CHECK(places("cafe", "🐦 cafe\u0301!") == "2-7");
  CHECK(places("か", "がか") == "1-2");
}

TEST_CASE("folding: the work is linear and the outcome bounded") {
  std::string most, zalgo = "a", stacked = "か";
  for (int i = 0; i < 2700; ++i) most += "\uFDFA";
  for (int i = 0; i < 4000; ++i) zalgo += i % 2 == 0 ? "\u0316" : "\u0301";
  for (int i = 0; i < 1300; ++i) stacked += i % 2 == 0 ? "\u0E38" : "\u3099";
  CHECK(decode_utf8(folded(most)).size() == 18 * 2700);
  CHECK(folded(zalgo) == "a");
  CHECK(decode_utf8(folded(stacked)).size() == 1300);  // one went into the letter
  const auto cost = [](const std::string& text) {
    const auto began = spent();
    for (int i = 0; i < 20; ++i) (void)folded(text);
    return spent() - began;
  };
  std::string eight;
  for (int i = 0; i < 8; ++i) eight += stacked;
  // Eight times the text; a square would be 64 times.
  auto one = cost(stacked), more = cost(eight);
  for (int i = 0; i < 5; ++i) one = std::min(one, cost(stacked)), more = std::min(more, cost(eight));
  CHECK(more < 30 * one);
}

TEST_CASE("folding: twice is once, and composed is decomposed") {
  // Each letter on its own: what is folded stays, and NFC of it folds to the same.
  for (char32_t c = 1; c < 0x30000; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    std::string text;
    append_code_point(text, c);
    const auto once = folded(text);
    if (folded(once) != once || folded(nfc(text)) != once) FAIL("U+", c, ": ", once, " then ", folded(once));
  }
}

}  // namespace godwit

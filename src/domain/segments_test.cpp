#include "domain/segments.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "base/utf8.hpp"

namespace godwit {
namespace {

/// What the index would hold of a text, and how much of the text it stands for: "term from-to".
std::vector<std::string> taken_apart(std::string_view text) {
  std::vector<std::string> out;
  Segments segments(text);
  while (segments.next()) {
    const auto& characters = segments.characters();
    std::string term = segments.is_run() ? "run " : "word ";
    for (const char32_t c : characters) append_code_point(term, c);
    out.push_back(term + " " + std::to_string(segments.begin_of(0)) + "-" +
                  std::to_string(segments.end_of(characters.size() - 1)));
  }
  return out;
}
using Parts = std::vector<std::string>;

}  // namespace

TEST_CASE("a text is taken apart into words and runs") {
  CHECK(taken_apart("").empty());
  CHECK(taken_apart("Hello, World-2!") == Parts{"word hello 0-5", "word world 7-12", "word 2 13-14"});
  CHECK(taken_apart("我们明天去，好吗") == Parts{"run 我们明天去 0-5", "run 好吗 6-8"});
  CHECK(taken_apart("买iPhone手机") == Parts{"run 买 0-1", "word iphone 1-7", "run 手机 7-9"});
  CHECK(taken_apart("こんにちは 안녕하세요") == Parts{"run こんにちは 0-5", "run 안녕하세요 6-11"});
  CHECK(taken_apart("สวัสดี") == Parts{"run สวัสดี 0-6"});
  CHECK(taken_apart("人々ー") == Parts{"run 人々ー 0-3"});
  CHECK(taken_apart("𠀀𠀁") == Parts{"run 𠀀𠀁 0-2"});
}

TEST_CASE("spellings of a letter are one") {
  CHECK(taken_apart("ÀÉÎõü Ñ Ÿ ŁÓDŹ") == Parts{"word aeiou 0-5", "word n 6-7", "word y 8-9", "word lodz 10-14"});
  CHECK(taken_apart("ΑΘΉΝΑ Σς") == Parts{"word αθηνα 0-5", "word σσ 6-8"});
  CHECK(taken_apart("МОСКВА Ёж") == Parts{"word москва 0-6", "word еж 7-9"});
  CHECK(taken_apart("ＡＢｃ１２") == Parts{"word abc12 0-5"});
  CHECK(taken_apart("ｶﾅ") == Parts{"run カナ 0-2"});
  CHECK(taken_apart("e\xCC\x81t\xC3\xA9") == Parts{"word ete 0-4"});  // a combining accent beside one that is composed
  CHECK(taken_apart("cafe\xCC\x81!") == Parts{"word cafe 0-5"});      // the accent belongs to what it stands on
  CHECK(taken_apart("\xCC\x81x") == Parts{"word x 1-2"});             // nothing to stand on
  CHECK(taken_apart("Việt Nam") == Parts{"word viet 0-4", "word nam 5-8"});
}

TEST_CASE("what says nothing is passed over") {
  CHECK(taken_apart("👍🏽👨‍👩‍👧 ok ❤️") == Parts{"word ok 8-10"});
  CHECK(taken_apart("葛\U000E0100城") == Parts{"run 葛城 0-3"});  // a variation selector stands between
  CHECK(taken_apart("！？。、…—\t\n").empty());
  CHECK(taken_apart("\x01\x02@~\"*()").empty());
}

TEST_CASE("bytes that are no text do no harm") {
  CHECK(taken_apart("\xFF\xFE ok \xE4\xBD") == Parts{"word ok 3-5"});
  CHECK(taken_apart("\xE4\xBD").empty());
  CHECK(taken_apart("a\xC0\x80z") == Parts{"word a 0-1", "word z 3-4"});
  CHECK(taken_apart(std::string_view("a\0b", 3)) == Parts{"word a 0-1", "word b 2-3"});
  CHECK(taken_apart("\xED\xA0\x80").empty());
}

}  // namespace godwit

#include "base/utf8.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace godwit {
namespace {

/// Fed whole, in single bytes, and after enough ASCII to reach the fast path.
bool valid_in_every_way(std::string_view text) {
  Utf8Validator single;
  bool bytewise = true;
  for (const char c : text) bytewise = bytewise && single.feed({&c, 1});
  bytewise = bytewise && single.complete();
  const bool whole = is_utf8(text);
  const bool padded = is_utf8(std::string(17, 'a') + std::string(text) + (whole ? std::string(9, 'z') : ""));
  CHECK(bytewise == whole);
  CHECK(padded == whole);
  return whole;
}

}  // namespace

TEST_CASE("UTF-8 that is well-formed") {
  const std::vector<std::string_view> good{{},
                                           "plain",
                                           {"\0", 1},
                                           "\x7F",
                                           "\xC2\x80",
                                           "\xDF\xBF",
                                           "\xE0\xA0\x80",
                                           "\xED\x9F\xBF",
                                           "\xEE\x80\x80",
                                           "\xEF\xBF\xBF",
                                           "\xF0\x90\x80\x80",
                                           "\xF4\x8F\xBF\xBF",
                                           "\xEF\xBB\xBF",
                                           "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5",
                                           "斑尾塍鹬",
                                           "🐦"};
  for (const auto text : good) {
    CAPTURE(text);
    CHECK(valid_in_every_way(text));
  }
}

TEST_CASE("bytes that are not UTF-8") {
  const std::vector<std::string_view> bad{"\x80",
                                          "\xBF",
                                          "a\x80z",
                                          "\xC0\x80",
                                          "\xC1\xBF",
                                          "\xC2",
                                          "\xC2\xC2",
                                          "\xE0\x9F\xBF",
                                          "\xE0\xA0",
                                          "\xE1\x80",
                                          "\xED\xA0\x80",
                                          "\xED\xBF\xBF",
                                          "\xED\xAD\xBF\xED\xB0\x80",
                                          "\xF0\x8F\xBF\xBF",
                                          "\xF0\x90\x80",
                                          "\xF4\x90\x80\x80",
                                          "\xF5\x80\x80\x80",
                                          "\xF8\x88\x80\x80\x80",
                                          "\xFC\x84\x80\x80\x80\x80",
                                          "\xFE",
                                          "\xFF",
                                          "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xF4\x90\x80\x80",
                                          "\xE4\xBD",
                                          "\xE4"
                                          "ab"};
  for (const auto text : bad) {
    CAPTURE(text);
    CHECK_FALSE(valid_in_every_way(text));
  }
}

TEST_CASE("every scalar value passes and every surrogate fails") {
  for (std::uint32_t c = 0x800; c <= 0x10FFFF; ++c) {
    std::string text;
    if (c < 0x10000) {
      text = {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)),
              static_cast<char>(0x80 | (c & 0x3F))};
    } else {
      text = {static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 0x3F)),
              static_cast<char>(0x80 | (c >> 6 & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
    }
    const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    if (is_utf8(text) == surrogate) FAIL("code point " << c);
  }
}

TEST_CASE("a text may not end inside a character, and an error shows at its first byte") {
  Utf8Validator validator;
  CHECK(validator.feed("\xE4\xBD"));
  CHECK_FALSE(validator.complete());
  CHECK(validator.feed("\xA0"));
  CHECK(validator.complete());
  Utf8Validator early;
  CHECK(early.feed("\xF4"));
  CHECK_FALSE(early.feed("\x90"));
}

TEST_CASE("code points come back as they were, and a byte that is none is U+FFFD") {
  const std::string text = "aß你🙂";
  CHECK(encode_utf8(decode_utf8(text)) == text);
  CHECK(decode_utf8(text).size() == 4);
  CHECK(characters(text) == 4);
  CHECK(decode_utf8("\xFF\xC3z\xED\xA0\x80\xE4\xBD") == U"\uFFFD\uFFFDz\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD");
}

}  // namespace godwit

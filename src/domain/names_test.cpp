#include "domain/names.hpp"

#include <doctest/doctest.h>

using namespace godwit;

namespace {
std::string kept(std::string_view text, const FieldLimit& limit = kName) {
  const auto name = clean_name(limit, text);
  return name ? *name : "refused: " + name.error().fields.begin()->first + " " + name.error().fields.begin()->second;
}
bool refused(std::string_view text, const std::string& why, const FieldLimit& limit = kName) {
  return kept(text, limit) == "refused: " + std::string(limit.field) + " " + why;
}
const std::string kControls = "must not contain control characters or line breaks",
                  kDirection = "must not change the direction of the text behind it",
                  kShows = "must have a character that shows", kLength = "must have 1 to 64 characters";
}  // namespace

TEST_CASE("names of all the world stay as they are") {
  for (const auto* name :
       {"Ann", "O'Neil-Smith", "日本", "👨‍👩‍👧‍👦", "علی‌رضا", "שלום", "ไทย", "क्षि", "Ann  B.",
        "…", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "\u2067שלום\u2069 Ann", "\u200fשלום", "\U0001F6DC"})
    CHECK(kept(name) == name);
}

TEST_CASE("what is kept has no white space at its ends") {
  CHECK(kept("  Ann \t\n") == "Ann");
  CHECK(kept("\u3000\u00a0日本\u2003\u2028\u0085") == "日本");
  CHECK(kept("a b") == "a b");
}

TEST_CASE("what is not there, or cannot be seen, is no name") {
  for (const auto* blank : {"", " ", "\u3000", "\u00a0\u2003", "\n"}) CHECK(refused(blank, kLength));
  for (const auto* blank :
       {"\u200b\u200b", "\u3164", "\u115f\u1160", "\uffa0", "\u2800", "\u200d", "\ufe0f", "\u0301", "\u00ad", "\u034f",
        "\u180e", "\u2060", "\ufeff", "\U000E0041", "\u3164 \u3164", "\u200e", "\U0001D159"})
    CHECK_MESSAGE(refused(blank, kShows), blank);
}

TEST_CASE("nothing that a terminal obeys, and no second line") {
  for (const auto* name : {"Ann\n12:00 Bob", "Ann\rBob", "\x1b[31mAnn", "Ann\u009b31m", "Ann\u0085Bob", "Ann\u2028Bob",
                           "Ann\u2029Bob", "A\tB", "A\x7f"})
    CHECK(refused(name, kControls));
  CHECK_FALSE(clean_name(kName, std::string_view("a\0b", 3)));
}

TEST_CASE("no name turns what stands behind it") {
  for (const auto* name : {"\u202enimda", "a\u202db\u202c", "\u2067Ann", "Ann\u2069", "\u2066a\u202c", "\u202aa\u2069",
                           "\u2066\u202aa\u2069\u202c", "\u202ba"})
    CHECK(refused(name, kDirection));
  CHECK(kept("\u2066a\u2067b\u2069\u2069") == "\u2066a\u2067b\u2069\u2069");
}

TEST_CASE("where none is needed an empty one is none, also one of blanks") {
  CHECK(kept("", kAlias).empty());
  CHECK(kept(" \u3000", kDeviceName).empty());
  CHECK(refused("\u200b", kShows, kAlias));
  CHECK(refused("\u200b", kShows, kTitle));
}

TEST_CASE("length is that of what is kept") {
  CHECK(kept("  " + std::string(64, 'x') + "  ") == std::string(64, 'x'));
  CHECK(refused(std::string(65, 'x'), kLength));
}

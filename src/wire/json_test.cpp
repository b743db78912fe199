#include "wire/json.hpp"

#include <doctest/doctest.h>

#include "wire/page.hpp"

using namespace godwit;
using namespace godwit::wire;

TEST_CASE("every wrong field is named at once") {
  auto fields = Fields::parse(R"({"a":1,"b":"x","c":[1],"d":1.5,"n":null})");
  REQUIRE(fields);
  fields->text("a");
  fields->integer("b");
  fields->texts("c", true);
  fields->maybe_integer("d");
  fields->text("missing");
  CHECK_FALSE(fields->maybe_text("n"));
  const auto verdict = fields->verdict();
  REQUIRE_FALSE(verdict);
  CHECK(verdict.error().code == Code::invalid_fields);
  CHECK(verdict.error().fields.size() == 5);
  CHECK(verdict.error().fields.at("missing") == "is required");
}

TEST_CASE("what is not a JSON object is malformed") {
  for (const char* bad : {"", "{", "[]", "1", "nul", "{\"a\":1}x", "{'a':1}", "{\"a\":\"\xFF\"}"}) {
    CAPTURE(bad);
    const auto parsed = Fields::parse(bad);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == Code::malformed_json);
  }
  CHECK_FALSE(Fields::parse(std::string(40, '[')));
}

TEST_CASE("the writer puts commas and escapes") {
  JsonWriter json;
  json.begin_object().field("a", "q\"\\\x01").key("b").begin_array().integer(1).boolean(false).null().end_array();
  json.key("c").begin_object().end_object().field("d", std::uint64_t{7}).end_object();
  CHECK(json.take() == R"({"a":"q\"\\\u0001","b":[1,false,null],"c":{},"d":7})");
}

TEST_CASE("cursors come back as they were, and only to their list") {
  const std::string hostile("a\0:9|", 5);
  const auto cursor = make_cursor("friends", {hostile, "", "12"});
  const auto read = read_cursor("friends", cursor, 3);
  REQUIRE(read);
  CHECK((*read)[0] == hostile);
  CHECK((*read)[2] == "12");
  CHECK_FALSE(read_cursor("friends", cursor, 2));
  CHECK_FALSE(read_cursor("groups", cursor, 3));
  for (const char* bad : {"x", "AAAA", "!!!!", "AAAAAAAAAAAA"}) CHECK_FALSE(read_cursor("friends", bad, 1));
  auto flipped = cursor;
  flipped[3] = flipped[3] == 'A' ? 'B' : 'A';
  CHECK_FALSE(read_cursor("friends", flipped, 3));
}

TEST_CASE("a whole number is one however it is written") {
  for (const auto& [text, number] : std::initializer_list<std::pair<std::string, std::int64_t>>{
           {"5", 5}, {"5.0", 5}, {"5e0", 5}, {"1.5e1", 15}, {"-0.0", 0}, {"-3.0", -3}, {"1e15", 1'000'000'000'000'000},
           {"-9223372036854775808", INT64_MIN}, {"9223372036854775807", INT64_MAX}}) {
    CAPTURE(text);
    auto fields = Fields::parse("{\"n\":" + text + "}");
    CHECK(fields->integer("n") == number);
    CHECK(fields->verdict());
  }
  for (const char* text : {"5.5", "1e-1", "9223372036854775808", "1e19", "-1e19", "1e308", "\"5\"", "true", "[5]"}) {
    CAPTURE(text);
    auto fields = Fields::parse(std::string("{\"n\":") + text + "}");
    CHECK(fields->maybe_integer("n") == std::nullopt);
    CHECK_FALSE(fields->verdict());
  }
}

#include "engine/sqlite/archive_query.hpp"

#include <doctest/doctest.h>

namespace godwit::engine::sqlite {
namespace {
using Found = std::vector<archive::Highlight>;

Found in(std::string_view typed, std::string_view text) { return TextQuery(typed).find_in(text).value_or(Found{}); }
}  // namespace

TEST_CASE("an expression holds quoted terms and nothing else") {
  CHECK(TextQuery("hello").expression() == R"("hello")");
  CHECK(TextQuery("天气预报").expression() == R"("天气" AND "气预" AND "预报")");
  CHECK(TextQuery("鹬").expression() == R"("鹬" *)");
  CHECK(TextQuery("b a B").expression() == R"("a" AND "b")");
  CHECK(TextQuery("a\" OR (b) NOT c*").expression() == R"("a" AND "b" AND "c" AND "not" AND "or")");
  CHECK(TextQuery("\"*()^:{}@~").empty());
  CHECK(narrowed(TextQuery("x").expression(), "bo\"b", {}) == R"("x" AND "~bo""b")");
  const std::int64_t ids[] = {3, 12};
  CHECK(narrowed(TextQuery("x").expression(), "", ids) == R"("x" AND ("@3" OR "@12"))");
  CHECK(narrowed("", "bob", ids) == R"("~bob" AND ("@3" OR "@12"))");
}

TEST_CASE("needles are found where they stand, overlaps joined") {
  CHECK(in("天气", "今天天气好，天气") == Found{{2, 4}, {6, 8}});
  CHECK(in("哈哈", "哈哈哈哈") == Found{{0, 4}});
  CHECK(in("Cafe", "un CAFÉ, cafe\xCC\x81!") == Found{{3, 7}, {9, 14}});
  CHECK(in("tea 茶", "茶 or tea: 👍🏽 茶") == Found{{0, 1}, {5, 8}, {13, 14}});
  CHECK(in("tea 茶", "tea alone").empty());
  CHECK(in("te", "tea").empty());
  CHECK(in("", "tea").empty());
  CHECK(in(std::string(100, 'x') + "y", std::string(100, 'x') + "z").empty());  // one term in the index, two words
}

}  // namespace godwit::engine::sqlite

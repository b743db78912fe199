#include "engine/sqlite/archive_query.hpp"

#include <doctest/doctest.h>

namespace godwit::engine::sqlite {

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

}  // namespace godwit::engine::sqlite

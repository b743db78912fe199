#include "engine/soci/dialect.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

namespace godwit::engine::soci {

TEST_CASE("dialects: the same words, each with its own SQL") {
  const auto& sqlite = sqlite_dialect();
  const auto& mysql = mysql_dialect();
  REQUIRE(sqlite.words.size() == mysql.words.size());
  for (std::size_t i = 0; i < sqlite.words.size(); ++i) CHECK(sqlite.words[i].name == mysql.words[i].name);
  CHECK(sqlite.expand("SELECT {last_insert_id}") == "SELECT LAST_INSERT_ROWID()");
  CHECK(mysql.expand("SELECT {last_insert_id}, {unindexed}a {for_update}") == "SELECT LAST_INSERT_ID(), a FOR UPDATE");
  CHECK(mysql.expand("SELECT 1") == "SELECT 1");
  CHECK_THROWS_AS(mysql.expand("SELECT {nothing}"), std::logic_error);
}

}  // namespace godwit::engine::soci

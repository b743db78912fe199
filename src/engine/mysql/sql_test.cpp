#include "engine/mysql/sql.hpp"

#include <doctest/doctest.h>
#include <errmsg.h>

#include "engine/mysql/failure.hpp"

namespace godwit::mysql {
namespace {

TEST_CASE("mysql: bytes go into a statement as hex digits") {
  CHECK(Sql("SELECT ").bytes(std::string_view("a'\0\xFF", 4)).text() == "SELECT X'612700ff'");
  CHECK(Sql().bytes("").text() == "X''");
  bool first = true;
  CHECK(Sql().comma(first).number(18'446'744'073'709'551'615U).comma(first).signed_number(-1).text() ==
        "18446744073709551615, -1");
}

TEST_CASE("mysql: what an error means") {
  for (const unsigned number : {CR_SERVER_GONE_ERROR, CR_SERVER_LOST, CR_CONN_HOST_ERROR, 1053, 1317, 1927, 1969, 3024})
    CHECK(trouble_of(number) == Trouble::lost);
  for (const unsigned number : {1205U, 1213U}) CHECK(trouble_of(number) == Trouble::contended);
  for (const unsigned number : {1062U, 1586U}) CHECK(trouble_of(number) == Trouble::duplicate);
  CHECK(trouble_of(1242) == Trouble::rows);
  for (const unsigned number : {1045U, 1064U, 1290U, 1406U}) CHECK(trouble_of(number) == Trouble::refused);
  CHECK(as_error({.trouble = Trouble::lost}).code == Code::unavailable);
  CHECK(as_error({.trouble = Trouble::refused, .words = "secret"}).detail.find("secret") == std::string::npos);
}

}  // namespace
}  // namespace godwit::mysql

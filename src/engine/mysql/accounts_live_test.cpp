#include "engine/mysql/accounts_fixture.hpp"
#include "user/every_suite.hpp"

/// The ports of the user role, and the role as a whole, on a server that runs.
namespace godwit::mysql::testing {
namespace {
const suite::MakeBed kMake = make_mysql_bed;
}  // namespace

TEST_SUITE("accounts on MySQL") {
  TEST_CASE("every store") { suite::every_store(kMake); }
}

TEST_SUITE("the user role on MySQL") {
  TEST_CASE("every use") { suite::every_use(kMake); }
}

}  // namespace godwit::mysql::testing

#include "engine/sqlite/accounts_fixture.hpp"
#include "user/groups_suite.hpp"
#include "user/people_suite.hpp"
#include "user/sessions_suite.hpp"

/// The user role as a whole, on the embedded engine.
namespace godwit::engine::sqlite {

TEST_SUITE("the user role on SQLite") {
  TEST_CASE("sessions") { suite::sessions(make_sqlite_bed); }
  TEST_CASE("people") { suite::people(make_sqlite_bed); }
  TEST_CASE("groups") { suite::groups(make_sqlite_bed); }
}

}  // namespace godwit::engine::sqlite

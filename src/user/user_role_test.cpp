#include "engine/memory/accounts_fixture.hpp"
#include "user/administration_suite.hpp"
#include "user/caps_suite.hpp"
#include "user/changes_suite.hpp"
#include "user/groups_suite.hpp"
#include "user/operators_suite.hpp"
#include "user/people_suite.hpp"
#include "user/races_suite.hpp"
#include "user/sessions_suite.hpp"

namespace godwit::user {
namespace {
const suite::MakeBed kMake = engine::memory::make_memory_bed;
}

TEST_SUITE("the user role") {
  TEST_CASE("sessions") { suite::sessions(kMake); }
  TEST_CASE("people") { suite::people(kMake); }
  TEST_CASE("groups") { suite::groups(kMake); }
  TEST_CASE("caps, rates of changes, and what is tidied away") { suite::caps(kMake); }
  TEST_CASE("administration") { suite::administration(kMake); }
  TEST_CASE("changes told") { suite::changes_told(kMake); }
  TEST_CASE("two at once") { suite::races(kMake); }
  TEST_CASE("operators") { suite::operators(kMake); }
}

}  // namespace godwit::user

#include "engine/memory/accounts_fixture.hpp"
#include "user/every_suite.hpp"

namespace godwit::user {
TEST_CASE("the user role: every use") { suite::every_use(engine::memory::make_memory_bed); }

}  // namespace godwit::user

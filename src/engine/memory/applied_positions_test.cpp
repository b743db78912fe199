#include "engine/memory/applied_positions.hpp"

#include "bus/applied_positions_suite.hpp"

TEST_CASE("memory: applied positions") {
  godwit::bus::suite::applied_positions_suite([] { return std::make_unique<godwit::memory::AppliedPositions>(); });
}

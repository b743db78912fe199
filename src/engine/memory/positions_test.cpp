#include "engine/memory/positions.hpp"

#include "offline/positions_suite.hpp"

namespace godwit::engine::memory {
namespace {
class Bed final : public offline::suite::PositionsBed {
 public:
  offline::Positions& positions() override { return positions_; }
  ManualClock& clock() override { return clock_; }
  void restart() override {}

 private:
  ManualClock clock_;
  Positions positions_;
};
}  // namespace

TEST_CASE("memory: positions") {
  offline::suite::positions_suite([] { return std::make_unique<Bed>(); });
}

}  // namespace godwit::engine::memory

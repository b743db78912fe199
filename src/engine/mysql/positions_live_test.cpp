#include "engine/mysql/positions.hpp"

#include "engine/mysql/mysql_fixture.hpp"
#include "offline/positions_suite.hpp"

namespace godwit::mysql {
namespace {
class Bed final : public offline::suite::PositionsBed {
 public:
  Bed() { restart(); }
  offline::Positions& positions() override { return *positions_; }
  ManualClock& clock() override { return clock_; }
  void restart() override {
    auto opened = Positions::open(database_.settings(), clock_, log_, metrics_);
    REQUIRE_MESSAGE(opened.has_value(), opened.error().detail);
    positions_ = std::move(*opened);
  }

 private:
  testing::ScratchDatabase database_;
  ManualClock clock_;
  Log log_{2, Level::error};
  Metrics metrics_;
  std::unique_ptr<Positions> positions_;
};
}  // namespace

TEST_CASE("mysql: positions") {
  offline::suite::positions_suite([] { return std::make_unique<Bed>(); });
}

TEST_CASE("mysql: more positions than one statement has are moved") {
  Bed bed;
  std::vector<offline::Positions::Move> moves;
  for (Seq i = 1; i <= 1000; ++i)
    moves.push_back(
        {offline::suite::pia, offline::suite::watch, Conversation::of_group(GroupKey("group" + std::to_string(i))), i});
  offline::suite::move(bed, moves);
  CHECK(offline::suite::cursors(bed, offline::suite::watch).size() == 1000);
}

}  // namespace godwit::mysql

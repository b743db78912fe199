#include "dispatch/sequencer_fixture.hpp"
#include "engine/mysql/ledger_fixture.hpp"

namespace godwit::mysql {
namespace {

class Bed final : testing::LedgerDatabase, public dispatch::testing::SequencerBed {
 public:
  Bed() : SequencerBed(store()) {}
};

TEST_CASE("mysql: the ledger, numbered by a sequencer") {
  dispatch::suite::ledger_suite([] { return std::make_unique<Bed>(); });
}

}  // namespace
}  // namespace godwit::mysql

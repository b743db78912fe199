#include "dispatch/sequencer_fixture.hpp"
#include "engine/memory/ledger_store.hpp"

namespace godwit::dispatch {
namespace {

struct Stored {
  SystemClock wall;
  memory::LedgerStore store{wall, "first"};
};
/// The store is there before the sequencer, and after it.
class Bed final : Stored, public testing::SequencerBed {
 public:
  Bed() : SequencerBed(store) {}
};

TEST_CASE("sequencer: the ledger") {
  suite::ledger_suite([] { return std::make_unique<Bed>(); });
}

}  // namespace
}  // namespace godwit::dispatch

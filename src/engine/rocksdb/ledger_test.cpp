#include "engine/rocksdb/ledger.hpp"

#include "dispatch/bus_suite.hpp"
#include "dispatch/ledger_suite.hpp"
#include "engine/rocksdb/test_bed.hpp"

namespace godwit::rocks {
namespace {

class RocksBed final : public dispatch::suite::Bed {
 public:
  explicit RocksBed(Settings settings) : opened_(settings) {}
  dispatch::Ledger& ledger() override { return opened_->ledger(); }
  dispatch::OrderedCommits& commits() override { return opened_->ledger(); }
  dispatch::Bus& bus() override { return opened_->bus(); }
  ManualClock& clock() override { return opened_.clock; }
  void restart() override { opened_.open(); }

 private:
  testing::Opened opened_;
};

dispatch::suite::MakeBed bed(Settings settings = {}) {
  return [settings] { return std::make_unique<RocksBed>(settings); };
}

TEST_CASE("rocksdb: the ledger") { dispatch::suite::ledger_suite(bed()); }

TEST_CASE("rocksdb: the ledger, with no room in its caches") {
  dispatch::suite::ledger_suite(bed({.cached_heads = 1}));
}

TEST_CASE("rocksdb: the bus") { dispatch::suite::bus_suite(bed()); }

TEST_CASE("rocksdb: the bus, read from the disk and trimmed at once") {
  dispatch::suite::bus_suite(bed({.recent_messages = 2, .take_messages = 3, .trim_step = 1}));
}

}  // namespace
}  // namespace godwit::rocks

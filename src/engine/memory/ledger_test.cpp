#include "engine/memory/ledger.hpp"

#include "base/testing_executor.hpp"
#include "base/worker.hpp"
#include "dispatch/bus_suite.hpp"
#include "dispatch/ledger_suite.hpp"
#include "engine/memory/bus.hpp"

namespace godwit::engine::memory {
namespace {

class LedgerBed final : public dispatch::suite::Bed {
 public:
  LedgerBed() { restart(); }
  dispatch::Ledger& ledger() override { return opened_->ledger; }
  dispatch::OrderedCommits& commits() override { return opened_->ledger; }
  dispatch::Bus& bus() override { return opened_->bus; }
  ManualClock& clock() override { return clock_; }
  void restart() override {
    opened_.reset();
    opened_ = std::make_unique<Opened>(disk_, clock_);
  }

 private:
  struct Opened {
    Opened(MessagesDisk& disk, const Clock& clock) : ledger(disk, clock), bus(disk, ledger, {store, offline, deadlines}) {}
    Worker store{"store"}, offline{"offline"}, deadlines{"deadlines"};
    MemoryLedger ledger;
    MemoryBus bus;
  };
  ManualClock clock_;
  MessagesDisk disk_;
  std::unique_ptr<Opened> opened_;
};

std::unique_ptr<dispatch::suite::Bed> make_bed() { return std::make_unique<LedgerBed>(); }

}  // namespace

TEST_CASE("memory: the ledger") { dispatch::suite::ledger_suite(make_bed); }

TEST_CASE("memory: the bus") { dispatch::suite::bus_suite(make_bed); }

TEST_CASE("memory: on one executor a power cut takes back what topics took since the last append, and no message") {
  ManualClock clock;
  SteppedExecutor executor(clock);
  MessagesDisk disk;
  dispatch::suite::Collector store, offline;
  const auto live = [&](const std::vector<std::string>& texts) {
    MemoryLedger ledger(disk, clock);
    MemoryBus bus(disk, ledger, {executor, executor, executor});
    bus.consume(dispatch::Topic::store, store.handler());
    bus.consume(dispatch::Topic::offline, offline.handler());
    bus.start();
    executor.run();
    for (const auto& text : texts) {
      CHECK(dispatch::suite::must(sync_wait(ledger.append(dispatch::suite::draft(text, text)))).seq == std::stoul(text));
      CHECK(bus.lag(dispatch::Topic::store) == 1);
      executor.run();
      CHECK(bus.lag(dispatch::Topic::store) == 0);
    }
  };
  live({"1", "2"});
  disk.lose_unsynced();
  live({"3"});
  CHECK(store.seen() == std::vector<std::string>{"1", "2", "2", "3"});
  CHECK(offline.seen() == store.seen());
  live({"4"});
  CHECK(store.seen().size() == 5);
  CHECK(disk.log.size() <= 2);
}

}  // namespace godwit::engine::memory

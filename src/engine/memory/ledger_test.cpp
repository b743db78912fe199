#include "engine/memory/ledger.hpp"

#include "base/testing_executor.hpp"
#include "base/worker.hpp"
#include "dispatch/dead_letters_suite.hpp"
#include "dispatch/ledger_suite.hpp"
#include "engine/memory/bus.hpp"

namespace godwit::engine::memory {
namespace {

class LedgerBed final : public dispatch::suite::LettersBed {
 public:
  LedgerBed() { restart(); }
  dispatch::Ledger& ledger() override { return opened_->ledger; }
  dispatch::OrderedCommits& commits() override { return opened_->ledger; }
  dispatch::Bus& bus() override { return opened_->bus; }
  dispatch::DeadLetters& letters() override { return opened_->bus; }
  ManualClock& clock() override { return clock_; }
  void restart() override {
    opened_.reset();
    opened_ = std::make_unique<Opened>(disk_, clock_);
  }

 private:
  struct Opened {
    Opened(MessagesDisk& disk, const Clock& clock)
        : ledger(disk, clock), bus(disk, ledger, {store, offline, deadlines}, clock) {}
    Worker store{"store"}, offline{"offline"}, deadlines{"deadlines"};
    MemoryLedger ledger;
    MemoryBus bus;
  };
  ManualClock clock_;
  MessagesDisk disk_;
  std::unique_ptr<Opened> opened_;
};

std::unique_ptr<LedgerBed> make_bed() { return std::make_unique<LedgerBed>(); }

}  // namespace

TEST_CASE("memory: the ledger") { dispatch::suite::ledger_suite(make_bed); }

TEST_CASE("memory: the bus") { dispatch::suite::bus_suite(make_bed); }

TEST_CASE("memory: dead letters") { dispatch::suite::dead_letters_suite(make_bed); }

TEST_CASE("memory: on one executor a power cut takes back what topics took since the last append, and no message") {
  ManualClock clock;
  SteppedExecutor executor(clock);
  MessagesDisk disk;
  dispatch::suite::Collector store, offline;
  const auto live = [&](const std::vector<std::string>& texts) {
    MemoryLedger ledger(disk, clock);
    MemoryBus bus(disk, ledger, {executor, executor, executor}, clock);
    bus.consume(dispatch::Topic::store, store.handler());
    bus.consume(dispatch::Topic::offline, offline.handler());
    bus.start();
    executor.run();
    for (const auto& text : texts) {
      CHECK(dispatch::suite::must(sync_wait(ledger.append(dispatch::suite::draft(text, text)))).seq ==
            std::stoul(text));
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

TEST_CASE("memory: a handler that is away makes no dead letter") {
  ManualClock clock;
  SteppedExecutor executor(clock);
  MessagesDisk disk;
  MemoryLedger ledger(disk, clock);
  MemoryBus bus(disk, ledger, {executor, executor, executor}, clock);
  bool away = true;
  std::string seen;
  bus.consume(dispatch::Topic::store, [&](std::span<const MessagePtr> batch) -> Task<Result<void>> {
    if (away) co_return fail(Code::unavailable);
    for (const auto& message : batch) seen += message->text;
    co_return Result<void>();
  });
  dispatch::suite::Collector offline;
  bus.consume(dispatch::Topic::offline, offline.handler());
  bus.start();
  CHECK(sync_wait(ledger.append(dispatch::suite::draft("6", "6"))));
  executor.run_for(std::chrono::seconds(30));
  CHECK(bus.size() == 0);
  away = false;
  executor.run_for(std::chrono::seconds(2));
  CHECK(seen == "6");
}

}  // namespace godwit::engine::memory

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
    Opened(MessagesDisk& disk, const Clock& clock) : ledger(disk, clock), bus(disk, ledger, {store, offline, deadlines}, clock) {}
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
    MemoryBus bus(disk, ledger, {executor, executor, executor}, clock);
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

TEST_CASE("memory: a message that is refused by itself stops nothing, and may be replayed or dropped") {
  using dispatch::DeadLetter, dispatch::Topic, dispatch::suite::draft;
  ManualClock clock;
  SteppedExecutor executor(clock);
  MessagesDisk disk;
  MemoryLedger ledger(disk, clock);
  MemoryBus bus(disk, ledger, {executor, executor, executor}, clock);
  std::set<std::string> refused{"2", "4"};
  bool away = false;
  std::string seen;
  bus.consume(Topic::store, [&](std::span<const MessagePtr> batch) -> Task<Result<void>> {
    if (away) co_return fail(Code::unavailable);
    for (const auto& message : batch)
      if (refused.contains(message->text)) co_return fail(Code::internal, "not this one");
    for (const auto& message : batch) seen += message->text;
    co_return Result<void>();
  });
  dispatch::suite::Collector offline;
  bus.consume(Topic::offline, offline.handler());
  bus.start();
  for (const auto* text : {"1", "2", "3", "4", "5"}) CHECK(sync_wait(ledger.append(draft(text, text))));
  executor.run();
  CHECK(seen == "135");
  CHECK(bus.lag(Topic::store) == 0);
  const auto letters = sync_wait(bus.list(std::nullopt, 9)).value();
  REQUIRE(letters.size() == 2);
  CHECK(letters[0].place == DeadLetter::Place{Topic::store, 1});
  CHECK(letters[0].reason == "internal: not this one");
  CHECK(letters[0].time == clock.now());
  CHECK(sync_wait(bus.list(letters[0].place, 9))->size() == 1);
  CHECK(sync_wait(bus.add(letters[0])));
  CHECK(bus.size() == 2);
  const auto replay = [&](const DeadLetter::Place& place) {
    std::string answer = "none";
    const auto ask = [&]() -> Task<void> {
      const auto done = co_await bus.replay(place);
      answer = done ? "taken" : info(done.error().code).name;
    };
    spawn(ask());
    executor.run();
    return answer;
  };
  CHECK(replay(letters[0].place) == "internal");
  refused.clear();
  CHECK(replay(letters[0].place) == "taken");
  CHECK(replay(letters[0].place) == "not_found");
  CHECK(seen == "1352");
  CHECK(sync_wait(bus.drop(letters[1].place)));
  CHECK_FALSE(sync_wait(bus.drop(letters[1].place)));
  away = true;  // it refuses nothing: all of it comes again
  CHECK(sync_wait(ledger.append(draft("6", "6"))));
  executor.run_for(std::chrono::seconds(30));
  CHECK(bus.size() == 0);
  away = false;
  executor.run_for(std::chrono::seconds(2));
  CHECK(seen == "13526");
  bus.stop();
  CHECK(sync_wait(bus.add(letters[0])));
  CHECK(replay(letters[0].place) == "unavailable");
}

}  // namespace godwit::engine::memory

#include "bus/broker_bus.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/testing_executor.hpp"
#include "bus/letter_place.hpp"
#include "engine/memory/applied_positions.hpp"
#include "engine/memory/broker.hpp"
#include "wire/record.hpp"

namespace godwit::bus {
namespace {

using dispatch::DeadLetter;
using dispatch::Topic;
using std::chrono::milliseconds;

/// Says what is committed, and has the messages.
struct Ledger final : sequencer::Service {
  std::vector<Position> positions = std::vector<Position>(kShards, 0);
  std::vector<MessagePtr> messages;
  bool away = false;
  Executor* slow = nullptr;
  int asked = 0;

  Task<Result<sequencer::Numbered>> number(dispatch::Draft) override { co_return fail(Code::internal); }
  Task<Result<std::vector<Position>>> committed() override {
    ++asked;
    const auto as_asked = positions;
    if (slow != nullptr) co_await sleep_for(*slow, milliseconds(10));
    if (away) co_return fail(Code::unavailable);
    co_return as_asked;
  }
  Task<Result<std::vector<MessagePtr>>> tail(dispatch::Stretch) override { co_return messages; }
};

struct Letters final : dispatch::DeadLetters {
  std::vector<DeadLetter> kept;
  bool away = false;
  Task<Result<void>> add(DeadLetter letter) override {
    if (away) co_return fail(Code::unavailable);
    kept.push_back(std::move(letter));
    co_return Result<void>{};
  }
  Task<Result<std::vector<DeadLetter>>> list(std::optional<DeadLetter::Place>, std::size_t) override { co_return kept; }
  Task<Result<void>> replay(DeadLetter::Place) override { co_return fail(Code::internal); }
  Task<Result<void>> drop(DeadLetter::Place) override { co_return fail(Code::internal); }
  std::size_t size() const override { return kept.size(); }
};

/// The rows of it, but those below `trimmed`.
struct Rows final : CommittedRows {
  std::map<Shard, std::map<Position, MessagePtr>> kept;
  bool away = false;
  std::size_t read = 0;
  Task<Result<Found>> rows(Shard shard, Position after, std::size_t limit) override {
    if (away) co_return fail(Code::unavailable);
    Found found;
    for (auto at = kept[shard].upper_bound(after); at != kept[shard].end() && found.messages.size() < limit; ++at) {
      if (found.messages.empty()) found.first = at->first;
      found.messages.push_back(at->second);
    }
    read += found.messages.size();
    co_return found;
  }
};

/// What a topic's handler wrote; it refuses what it is told to.
struct Written {
  std::vector<std::string> texts;
  std::set<std::string> refused, late;
  bool away = false;
  Task<Result<void>> take(std::span<const MessagePtr> batch) {
    if (away) co_return fail(Code::unavailable, "away");
    for (const auto& message : batch) {
      if (refused.contains(message->text)) co_return fail(Code::internal, "poison");
      if (late.contains(message->text)) co_return fail(Code::unavailable, "this one");
    }
    for (const auto& message : batch) texts.push_back(message->text);
    co_return Result<void>{};
  }
  [[nodiscard]] std::set<std::string> all() const { return {texts.begin(), texts.end()}; }
};

/// One process that consumes topic store.
struct Process {
  Process(memory::Broker& broker, AppliedPositions& applied, Letters& letters, Ledger& ledger, CommittedRows* rows,
          ManualClock& clock, Log& log, BrokerBus::Settings settings)
      : executor(clock),
        bus({.broker = broker,
             .applied = applied,
             .dead_letters = letters,
             .sequencer = ledger,
             .executor = executor,
             .rows = rows},
            settings, log, metrics) {
    bus.consume(Topic::store, [this](std::span<const MessagePtr> batch) { return written.take(batch); });
    bus.start();
  }
  SteppedExecutor executor;
  Metrics metrics;
  Written written;
  BrokerBus bus;
};

/// Where what is applied is counted; it may be away.
struct Counted final : AppliedPositions {
  std::optional<memory::AppliedPositions> applied{std::in_place};
  bool away = false, unread = false;
  Executor* silent = nullptr;  ///< it tells after two seconds only that it does not
  int looked = 0;
  Task<Result<void>> add(Topic topic, std::vector<AppliedRange> ranges) override {
    if (away) co_return fail(Code::unavailable);
    co_return co_await applied->add(topic, std::move(ranges));
  }
  Task<Result<std::vector<Position>>> contiguous(Topic topic) override {
    ++looked;
    if (silent != nullptr) {
      co_await sleep_for(*silent, milliseconds(2000));
      co_return fail(Code::unavailable);
    }
    if (unread) co_return fail(Code::unavailable);
    co_return co_await applied->contiguous(topic);
  }
};

struct House {
  ManualClock clock;
  memory::Broker broker{clock};
  Counted applied;
  Letters letters;
  Ledger ledger;
  Rows rows;
  bool catches_up = false;
  Log log{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  BrokerBus::Settings settings{.invisible = milliseconds(5000)};
  std::vector<std::unique_ptr<Process>> processes, dead;

  /// All of them stand still from now on, as if they were killed.
  void kill() { std::ranges::move(std::exchange(processes, {}), std::back_inserter(dead)); }
  Process& start() {
    processes.push_back(std::make_unique<Process>(broker, applied, letters, ledger, catches_up ? &rows : nullptr, clock,
                                                  log, settings));
    return *processes.back();
  }
  /// Texts "first" … of the shard, committed and sent as one page.
  void send(Shard shard, Position first, std::size_t count, bool sent = true) {
    std::vector<std::string> records;
    for (std::size_t i = 0; i < count; ++i) {
      Message message;
      message.conversation = Conversation::direct(UserKey("ann"), UserKey("bob"));
      message.seq = first + i;
      message.text = std::to_string(shard) + "/" + std::to_string(first + i);
      records.push_back(wire::encode_record(message));
      rows.kept[shard][first + i] = std::make_shared<const Message>(message);
    }
    ledger.positions[shard] = std::max(ledger.positions[shard], first + count - 1);
    if (sent) post(wire::encode_log_page(shard, first, records));
  }
  void post(std::string page) { REQUIRE(sync_wait(broker.send(Topic::store, "k", std::move(page)))); }
  void run_for(milliseconds time) {
    for (Millis left = time.count(); left > 0; left -= 5) {
      clock.advance(5);
      for (auto& process : processes) process->executor.run();
    }
  }
  Position upto(Shard shard) { return (*sync_wait(applied.contiguous(Topic::store)))[shard]; }
  ~House() {
    std::ranges::move(std::exchange(dead, {}), std::back_inserter(processes));  // their coroutines end, too
    for (auto& process : processes) spawn(process->bus.finish());
    run_for(milliseconds(3000));
  }
};

using Answer = std::shared_ptr<std::optional<Result<void>>>;
Answer settle(Process& process) {
  auto answer = std::make_shared<std::optional<Result<void>>>();
  spawn([](BrokerBus& bus, Answer to) -> Task<void> { to->emplace(co_await bus.settled(Topic::store)); }(process.bus,
                                                                                                         answer));
  return answer;
}

TEST_CASE("broker bus: pages are written, counted and acknowledged, by several processes together") {
  House house;
  auto &a = house.start(), &b = house.start();
  for (Position page = 0; page < 40; ++page) {
    house.send(static_cast<Shard>(page % 4), 1 + page / 4 * 10, 10);
    (page % 2 == 0 ? a : b).executor.run();
    house.clock.advance(20);
  }
  house.run_for(milliseconds(500));
  auto all = a.written.all();
  all.merge(b.written.all());
  CHECK(all.size() == 400);
  CHECK_FALSE(a.written.texts.empty());
  CHECK_FALSE(b.written.texts.empty());
  for (Shard shard = 0; shard < 4; ++shard) CHECK(house.upto(shard) == 100);
  CHECK(house.broker.kept(Topic::store) == 0);
}

TEST_CASE("broker bus: what could not be written is neither counted nor acknowledged, and comes again") {
  House house;
  auto& process = house.start();
  process.written.away = true;
  house.send(7, 1, 3);
  house.run_for(milliseconds(4000));
  CHECK(house.upto(7) == 0);
  CHECK(house.broker.kept(Topic::store) == 1);
  CHECK(house.letters.kept.empty());
  process.written.away = false;
  house.run_for(milliseconds(6000));
  CHECK(house.upto(7) == 3);
  CHECK(house.broker.kept(Topic::store) == 0);
}

TEST_CASE("broker bus: what could not be counted is not acknowledged, and comes again") {
  House house;
  auto& process = house.start();
  house.applied.away = true;
  house.send(7, 1, 3);
  house.run_for(milliseconds(1000));
  CHECK(process.written.all().size() == 3);
  CHECK(house.broker.kept(Topic::store) == 1);
  house.applied.away = false;
  house.run_for(milliseconds(6000));
  CHECK(house.upto(7) == 3);
  CHECK(house.broker.kept(Topic::store) == 0);
}

TEST_CASE("broker bus: a message that is refused is put aside, and stops nothing beside it") {
  House house;
  auto& process = house.start();
  process.written.refused = {"7/2"};
  SUBCASE("at once, where it is refused for good") {}
  SUBCASE("only once the letter is kept") {
    house.letters.away = true;
    house.send(7, 1, 3);
    house.run_for(milliseconds(1000));
    CHECK(house.upto(7) == 0);
    house.letters.away = false;
    house.run_for(milliseconds(6000));
  }
  if (house.ledger.positions[7] == 0) {
    house.send(7, 1, 3);
    house.run_for(milliseconds(500));
  }
  CHECK(process.written.all() == std::set<std::string>{"7/1", "7/3"});
  REQUIRE(house.letters.kept.size() == 1);
  CHECK(wire::decode_record(house.letters.kept[0].record)->text == "7/2");
  CHECK(house.upto(7) == 3);
  CHECK(house.broker.kept(Topic::store) == 0);
}

TEST_CASE("broker bus: a message that alone is unavailable has its attempts, then it is put aside") {
  House house;
  house.settings.refusals = 3;
  auto& process = house.start();
  process.written.late = {"7/2"};
  house.send(7, 1, 3);
  house.run_for(milliseconds(4500));
  CHECK(house.letters.kept.empty());
  CHECK(house.upto(7) == 0);
  house.run_for(milliseconds(12'000));
  CHECK(house.letters.kept.size() == 1);
  CHECK(house.upto(7) == 3);
}

TEST_CASE("broker bus: what is damaged is put aside, a record or a whole page, and what follows goes on") {
  House house;
  house.letters.away = true;
  auto& process = house.start();
  Message good;
  good.conversation = Conversation::direct(UserKey("ann"), UserKey("bob"));
  good.text = "good";
  auto broken = wire::encode_record(good);
  broken[5] = static_cast<char>(broken[5] ^ 1);
  const std::vector<std::string> records{broken, wire::encode_record(good)};
  house.post(wire::encode_log_page(7, 1, records));
  house.post("no page");
  house.run_for(milliseconds(500));
  CHECK(house.broker.kept(Topic::store) == 2);  // not before the letters are kept
  house.letters.away = false;
  house.run_for(milliseconds(6000));
  CHECK(process.written.texts == std::vector<std::string>{"good"});
  REQUIRE(house.letters.kept.size() == 2);
  std::ranges::sort(house.letters.kept, {}, &DeadLetter::place);
  CHECK(house.letters.kept[0].place == DeadLetter::Place{Topic::store, letter_of_row(7, 1)});
  CHECK(house.letters.kept[1].place == DeadLetter::Place{Topic::store, letter_of_page("no page")});
  CHECK(house.letters.kept[1].record == "no page");
  CHECK(house.upto(7) == 2);
  CHECK(house.broker.kept(Topic::store) == 0);
  CHECK(process.metrics.counted("godwit_bus_unreadable_pages_total") == 1);
}

TEST_CASE("broker bus: a body of several pages is done when all of them are") {
  House house;
  auto& process = house.start();
  const auto page_of = [&](Shard shard, const std::string& text) {
    Message message;
    message.conversation = Conversation::direct(UserKey("ann"), UserKey("bob"));
    message.text = text;
    house.ledger.positions[shard] = 1;
    const std::vector<std::string> records{wire::encode_record(message)};
    return wire::encode_log_page(shard, 1, records);
  };
  process.written.refused = {"three"};
  house.letters.away = true;
  house.post(page_of(1, "one") + page_of(3, "three") + page_of(5, "five"));
  house.run_for(milliseconds(500));
  CHECK(house.broker.kept(Topic::store) == 1);
  CHECK(house.upto(1) == 0);
  house.letters.away = false;
  house.run_for(milliseconds(6000));
  for (const Shard shard : {1, 3, 5}) CHECK(house.upto(shard) == 1);
  CHECK(house.broker.kept(Topic::store) == 0);
  REQUIRE(house.letters.kept.size() == 1);
  CHECK(house.letters.kept[0].place == DeadLetter::Place{Topic::store, letter_of_row(3, 1)});
  CHECK(process.metrics.counted("godwit_bus_pages_total") == 3);
}

TEST_CASE("broker bus: the rows of a damaged page come from the ledger") {
  House house;
  house.catches_up = true;
  auto& process = house.start();
  house.send(7, 1, 3, /*sent=*/false);
  house.post("what had been the page of 7/1 to 7/3");
  house.send(7, 4, 2);
  house.run_for(milliseconds(2000));
  CHECK(process.written.all() == std::set<std::string>{"7/1", "7/2", "7/3", "7/4", "7/5"});
  CHECK(house.upto(7) == 5);
  CHECK(house.letters.kept.size() == 1);
  CHECK(house.broker.kept(Topic::store) == 0);
}

TEST_CASE("broker bus: a reader waits until everything that was answered is written, by whomever") {
  House house;
  auto &a = house.start(), &b = house.start();
  house.run_for(milliseconds(50));
  const auto nothing = settle(a);
  house.run_for(milliseconds(5));
  REQUIRE(nothing->has_value());
  CHECK(nothing->value());
  a.written.away = b.written.away = true;
  house.send(7, 11, 10);  // ahead of a hole
  house.send(7, 1, 10);
  const auto waits = settle(a);
  house.run_for(milliseconds(100));
  CHECK_FALSE(waits->has_value());
  a.written.away = b.written.away = false;
  house.run_for(milliseconds(150));
  REQUIRE(waits->has_value());
  CHECK(waits->value());
  CHECK(house.upto(7) == 20);
  SUBCASE("a hole is not passed over") {
    house.send(7, 31, 10);
    house.send(7, 21, 10, /*sent=*/false);
    const auto behind = settle(b);
    house.run_for(milliseconds(200));
    CHECK_FALSE(behind->has_value());
    house.run_for(milliseconds(150));
    REQUIRE(behind->has_value());
    REQUIRE_FALSE(behind->value());
    CHECK(behind->value().error().code == Code::unavailable);
    CHECK(b.bus.lag(Topic::store) == 20);
  }
  SUBCASE("who may not wait is told at once") {
    house.send(7, 21, 10, /*sent=*/false);
    std::optional<bool> there;
    spawn([](BrokerBus& bus, auto& to) -> Task<void> { to = co_await bus.caught_up(Topic::store); }(a.bus, there));
    house.run_for(milliseconds(5));
    CHECK(there == false);
  }
  SUBCASE("nobody knows how far it is committed: nothing is promised") {
    house.ledger.away = true;
    const auto unknown = settle(a);
    house.run_for(milliseconds(5));
    REQUIRE(unknown->has_value());
    CHECK_FALSE(unknown->value());
  }
}

TEST_CASE("broker bus: many readers ask the ledger once, and none is told of what came before it asked") {
  House house;
  auto& process = house.start();
  house.run_for(milliseconds(50));
  const auto before = house.ledger.asked;
  house.ledger.slow = &process.executor;
  std::vector<Answer> readers;
  for (int i = 0; i < 100; ++i) readers.push_back(settle(process));
  house.run_for(milliseconds(50));
  for (const auto& reader : readers) CHECK(reader->has_value());
  CHECK(house.ledger.asked - before <= 2);
  const auto early = settle(process);
  house.run_for(milliseconds(5));  // the ledger is being asked
  house.send(3, 1, 1, /*sent=*/false);
  const auto late = settle(process);
  house.run_for(milliseconds(50));
  CHECK(early->has_value());
  CHECK_FALSE(late->has_value());
}

TEST_CASE("broker bus: readers who come one after the other ask so often, and one alone at once") {
  House house;
  auto& process = house.start();
  house.run_for(milliseconds(50));
  house.ledger.slow = &process.executor;
  const auto asked = house.ledger.asked, looked = house.applied.looked;
  std::vector<Answer> readers;
  for (int i = 0; i < 120; ++i) {
    readers.push_back(settle(process));
    house.run_for(milliseconds(5));
  }
  house.run_for(milliseconds(50));
  for (const auto& reader : readers) CHECK(reader->value());
  // Of 600 ms, 10 ms a question and 20 ms between two.
  CHECK(house.ledger.asked - asked <= 22);
  CHECK(house.applied.looked - looked <= 22);
  const auto alone = settle(process);
  house.run_for(milliseconds(15));
  CHECK(alone->has_value());
}

TEST_CASE("broker bus: what the broker does not deliver in time is read from the ledger") {
  House house;
  house.catches_up = true;
  SUBCASE("because a consumer died with it") {
    house.settings.invisible = milliseconds(60'000);
    {
      auto& dies = house.start();
      dies.written.away = true;
      house.send(7, 1, 3);
      house.run_for(milliseconds(50));
      house.kill();
    }
  }
  SUBCASE("because it never got it") { house.send(7, 1, 3, /*sent=*/false); }
  SUBCASE("because what was written is lost, to the last that was not trimmed") {
    house.send(7, 1, 600, /*sent=*/false);
    house.rows.kept[7].erase(house.rows.kept[7].begin(), house.rows.kept[7].find(598));
  }
  const auto last = house.ledger.positions[7];
  auto& process = house.start();
  const auto reader = settle(process);
  house.run_for(milliseconds(300));
  CHECK(process.written.texts.empty());  // the broker has its time
  house.run_for(milliseconds(900));
  CHECK(process.written.all().size() == 3);
  CHECK(house.upto(7) == last);
  REQUIRE(reader->has_value());
  CHECK_FALSE(reader->value());  // its patience is 300 ms here
}

TEST_CASE("broker bus: a reader's patience is time, though what is applied is told to nobody") {
  House house;
  auto& process = house.start();
  house.applied.silent = &process.executor;
  house.send(7, 1, 3);
  const auto first = settle(process);
  house.run_for(milliseconds(100));
  const auto second = settle(process);  // while the first look is under way
  house.run_for(milliseconds(260));
  REQUIRE(first->has_value());
  CHECK(first->value().error().code == Code::unavailable);
  CHECK_FALSE(second->has_value());
  house.run_for(milliseconds(100));
  REQUIRE(second->has_value());
  CHECK(second->value().error().code == Code::unavailable);
  house.applied.silent = nullptr;
  house.run_for(milliseconds(3000));
  const auto third = settle(process);
  house.run_for(milliseconds(20));
  REQUIRE(third->has_value());
  CHECK(third->value().has_value());
}

TEST_CASE("broker bus: what was written and is lost is noticed by whoever reads next, and written again") {
  House house;
  house.catches_up = true;
  auto& process = house.start();
  house.send(7, 1, 3);
  house.run_for(milliseconds(100));
  const auto before = settle(process);
  house.run_for(milliseconds(5));
  REQUIRE(before->has_value());
  CHECK(before->value());
  house.applied.applied.emplace();  // and what was written with it
  process.written.texts.clear();
  const auto after = settle(process);
  house.run_for(milliseconds(100));
  CHECK_FALSE(after->has_value());
  house.run_for(milliseconds(1000));
  REQUIRE(after->has_value());
  CHECK(process.written.all().size() == 3);
  const auto again = settle(process);
  house.run_for(milliseconds(5));
  REQUIRE(again->has_value());
  CHECK(again->value());
}

TEST_CASE("broker bus: while nobody can say what is applied, nobody waits for it") {
  House house;
  house.catches_up = true;
  auto& process = house.start();
  house.run_for(milliseconds(50));
  house.applied.unread = true;
  for (int round = 0; round < 3; ++round) {
    const auto reader = settle(process);
    house.run_for(milliseconds(5));
    REQUIRE(reader->has_value());
    CHECK_FALSE(reader->value());
  }
  const auto looked = house.applied.looked;
  for (int i = 0; i < 20; ++i) (void)settle(process);
  house.run_for(milliseconds(5));
  CHECK(house.applied.looked - looked <= 1);  // the store is not asked by each
  house.applied.unread = false;
  house.run_for(milliseconds(500));
  const auto reader = settle(process);
  house.run_for(milliseconds(5));
  REQUIRE(reader->has_value());
  CHECK(reader->value());
}

TEST_CASE("broker bus: nothing is read from the ledger while the broker delivers") {
  House house;
  house.catches_up = true;
  auto& process = house.start();
  for (Position page = 0; page < 40; ++page) {
    house.send(7, 1 + page * 10, 10);
    house.run_for(milliseconds(100));
  }
  CHECK(process.written.texts.size() == 400);
  CHECK(house.rows.read == 0);
}

TEST_CASE("broker bus: what is refused while catching up is put aside; what cannot be read or written waits") {
  House house;
  house.catches_up = true;
  auto& process = house.start();
  process.written.refused = {"7/2"};
  house.rows.away = true;
  house.send(7, 1, 3, /*sent=*/false);
  house.run_for(milliseconds(2000));
  CHECK(house.upto(7) == 0);
  house.rows.away = false;
  process.written.away = true;
  house.run_for(milliseconds(2000));
  CHECK(house.upto(7) == 0);
  CHECK(house.letters.kept.empty());
  process.written.away = false;
  house.run_for(milliseconds(2000));
  CHECK(process.written.all() == std::set<std::string>{"7/1", "7/3"});
  REQUIRE(house.letters.kept.size() == 1);
  CHECK(house.upto(7) == 3);
}

}  // namespace
}  // namespace godwit::bus

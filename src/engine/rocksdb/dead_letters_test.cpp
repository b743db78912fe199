#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <thread>
#include <vector>

#include "dispatch/dead_letters_suite.hpp"
#include "engine/rocksdb/keys.hpp"
#include "engine/rocksdb/test_bed.hpp"
#include "wire/record.hpp"

namespace godwit::rocks {
namespace {

using dispatch::DeadLetter;
using dispatch::Topic;
using dispatch::suite::Collector;
using dispatch::suite::draft;

/// A handler with a store of its own behind it, which refuses some texts, or everything new while it is full.
class Picky {
 public:
  dispatch::Bus::Handler handler() {
    return [this](std::span<const MessagePtr> batch) { return take(batch); };
  }
  Task<Result<void>> take(std::span<const MessagePtr> batch) {
    std::lock_guard lock(mutex_);
    ++asked_;
    for (const auto& message : batch) {
      if (const auto found = refused_.find(message->text); found != refused_.end())
        co_return fail(found->second, "not this one");
    }
    const auto fresh =
        std::ranges::count_if(batch, [&](const auto& message) { return !seen_.contains(message->text); });
    if (fresh > 0 && seen_.size() + static_cast<std::size_t>(fresh) > room_) co_return fail(Code::unavailable, "full");
    for (const auto& message : batch) seen_.insert(message->text);
    co_return Result<void>();
  }
  void refuse(const std::string& text, Code code) {
    std::lock_guard lock(mutex_);
    refused_[text] = code;
  }
  void take_everything() {
    std::lock_guard lock(mutex_);
    refused_.clear();
    room_ = 1'000'000;
  }
  void set_room(std::size_t room) {
    std::lock_guard lock(mutex_);
    room_ = room;
  }
  std::size_t seen() const {
    std::lock_guard lock(mutex_);
    return seen_.size();
  }
  bool saw(const std::string& text) const {
    std::lock_guard lock(mutex_);
    return seen_.contains(text);
  }
  std::size_t asked() const {
    std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::string> seen_;
  std::map<std::string, Code> refused_;
  std::size_t room_ = 1'000'000, asked_ = 0;
};

void send(testing::Opened& opened, int from, int to) {
  for (int i = from; i < to; ++i)
    REQUIRE(sync_wait(opened->ledger().append(draft(std::to_string(i), std::to_string(i)))));
}

std::vector<DeadLetter> letters(testing::Opened& opened) {
  return sync_wait(opened->dead_letters().list(std::nullopt, 100)).value();
}

bool soon(const std::function<bool()>& so) {
  for (int i = 0; i < 1'000 && !so(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return so();
}

struct Running {
  explicit Running(bool now = true) {
    if (now) start();
  }
  ~Running() { opened->bus().stop(); }
  void start() {
    opened->bus().consume(Topic::store, store.handler());
    opened->bus().consume(Topic::offline, offline.handler());
    opened->bus().start();
  }
  testing::Opened opened;
  Picky store;
  Collector offline;
};

class LettersBed final : public dispatch::suite::LettersBed {
 public:
  dispatch::Ledger& ledger() override { return opened_->ledger(); }
  dispatch::OrderedCommits& commits() override { return opened_->ledger(); }
  dispatch::Bus& bus() override { return opened_->bus(); }
  dispatch::DeadLetters& letters() override { return opened_->dead_letters(); }
  ManualClock& clock() override { return opened_.clock; }
  void restart() override { opened_.open(); }

 private:
  testing::Opened opened_;
};

}  // namespace

TEST_CASE("rocksdb: dead letters") {
  dispatch::suite::dead_letters_suite([] { return std::make_unique<LettersBed>(); });
}

TEST_CASE("dead letters: what is unavailable by itself goes only when the handler takes newer ones again and again") {
  Running at;
  at.store.refuse("2", Code::unavailable);
  send(at.opened, 0, 6);
  CHECK(soon([&] { return at.store.seen() == 5; }));  // nothing that follows waits for it
  CHECK(letters(at.opened).empty());
  CHECK(at.opened->bus().lag(Topic::store) == 4);  // but the cursor does
  for (int i = 6; i < 200 && at.opened->dead_letters().size() == 0; ++i) {
    send(at.opened, i, i + 1);
    CHECK(soon([&] { return at.store.saw(std::to_string(i)); }));
  }
  CHECK(soon([&] { return at.opened->dead_letters().size() == 1; }));
  CHECK(sync_wait(at.opened->bus().settled(Topic::store)));
  CHECK(letters(at.opened).at(0).place.offset == 2);
}

TEST_CASE("dead letters: a store that is away or full makes none") {
  Running at(/*now=*/false);
  SUBCASE("away from the start") { at.store.set_room(0); }
  SUBCASE("full in the middle of a batch") { at.store.set_room(150); }
  send(at.opened, 0, 300);  // the first batch
  at.start();
  const auto before = at.store.asked();
  std::this_thread::sleep_for(std::chrono::seconds(3));  // more than ten rounds, by halves and one by one
  CHECK(at.store.asked() > before + 20);
  send(at.opened, 300, 320);
  std::this_thread::sleep_for(std::chrono::seconds(2));
  CHECK(letters(at.opened).empty());
  at.store.take_everything();
  CHECK(soon([&] { return at.store.seen() == 320; }));
  CHECK(soon([&] { return at.opened->bus().lag(Topic::store) == 0; }));
  CHECK(letters(at.opened).empty());
}

TEST_CASE("dead letters: a consumer that reads again from the start adds the same ones") {
  Running at;
  at.store.refuse("1", Code::internal);
  send(at.opened, 0, 3);
  REQUIRE(sync_wait(at.opened->bus().settled(Topic::store)));
  at.opened.close();
  at.opened.open();
  at.opened->bus().rewind(Topic::store);
  at.start();
  REQUIRE(sync_wait(at.opened->bus().settled(Topic::store)));
  CHECK(letters(at.opened).size() == 1);
}

TEST_CASE("dead letters: nothing is put aside of a log that grows while it is read") {
  Settings settings;
  settings.recent_messages = 1;  // nearly everything is read from the log
  testing::Opened database(settings);
  Picky store, offline;
  database->bus().consume(Topic::store, store.handler());
  database->bus().consume(Topic::offline, offline.handler());
  database->bus().start();
  constexpr int kThreads = 4, kEach = 6000;
  {
    std::vector<std::jthread> senders;
    for (int t = 0; t < kThreads; ++t)
      senders.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i)
          CHECK(sync_wait(
              database->ledger().append(draft(std::to_string(t * kEach + i), std::to_string(t * kEach + i)))));
      });
  }
  REQUIRE(sync_wait(database->bus().settled(Topic::store)));
  REQUIRE(sync_wait(database->bus().settled(Topic::offline)));
  CHECK(database->dead_letters().size() == 0);
  CHECK(store.seen() == kThreads * kEach);
  CHECK(offline.seen() == kThreads * kEach);
  database->bus().stop();
}

TEST_CASE("dead letters: a number that cannot be reaches no handler") {
  Running at;
  send(at.opened, 0, 4);
  at.opened->bus().stop();
  Seq seq = 0;
  SUBCASE("none") {}
  SUBCASE("one too great") { seq = 0x1'0000'0000U; }
  at.opened.close();
  {
    const auto store = Store::open(at.opened.path(), Settings{}, at.opened.clock, at.opened.log());
    REQUIRE(store);
    ::rocksdb::PinnableSlice value;
    REQUIRE((*store)->get(Family::log, be8(2), value).value());
    auto message = wire::decode_record(value.ToStringView()).value();
    value.Reset();
    message.seq = seq;
    message.text = "impossible";
    REQUIRE((*store)->db().Put({}, (*store)->family(Family::log), be8(2), wire::encode_record(message)).ok());
  }
  at.opened.open();
  at.opened->bus().rewind(Topic::store);
  at.start();
  REQUIRE(sync_wait(at.opened->bus().settled(Topic::store)));
  CHECK_FALSE(at.store.saw("impossible"));
  CHECK(at.store.saw("3"));
  REQUIRE(letters(at.opened).size() == 1);
  CHECK(letters(at.opened)[0].reason == "its number cannot be: " + std::to_string(seq));
  CHECK(sync_wait(at.opened->dead_letters().replay({Topic::store, 2})).error().code == Code::bad_parameter);
}

}  // namespace godwit::rocks

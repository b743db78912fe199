#pragma once
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "dispatch/bus_suite.hpp"
#include "service/dead_letters.hpp"
#include "wire/record.hpp"

namespace godwit::dispatch::suite {

/// A bed whose bus puts aside what its handlers refuse.
class LettersBed : public Bed {
 public:
  virtual DeadLetters& letters() = 0;
};
using MakeLettersBed = std::function<std::unique_ptr<LettersBed>()>;

/// A handler that refuses some texts.
class Refusing {
 public:
  explicit Refusing(std::set<std::string> texts) : refused_(std::move(texts)) {}
  Bus::Handler handler() {
    return [this](std::span<const MessagePtr> batch) { return take(batch); };
  }
  Task<Result<void>> take(std::span<const MessagePtr> batch) {
    std::lock_guard lock(mutex_);
    for (const auto& message : batch)
      if (refused_.contains(message->text)) co_return fail(Code::internal, "not this one");
    for (const auto& message : batch) seen_.insert(message->text);
    co_return Result<void>();
  }
  void take_everything() {
    std::lock_guard lock(mutex_);
    refused_.clear();
  }
  [[nodiscard]] std::set<std::string> seen() const {
    std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::string> refused_, seen_;
};

inline std::vector<DeadLetter> letters_of(LettersBed& bed, std::optional<DeadLetter::Place> after = std::nullopt,
                                          std::size_t limit = 100) {
  auto letters = sync_wait(bed.letters().list(after, limit));
  REQUIRE_MESSAGE(letters.has_value(), letters.error().detail);
  return std::move(*letters);
}

inline void letters_stop_nothing(const MakeLettersBed& make) {
  auto bed = make();
  Refusing store({"3", "4"});
  Collector offline;
  bed->bus().consume(Topic::store, store.handler());
  bed->bus().consume(Topic::offline, offline.handler());
  bed->bus().start();
  send(*bed, 0, 8);
  REQUIRE(sync_wait(bed->bus().settled(Topic::store)));
  REQUIRE(sync_wait(bed->bus().settled(Topic::offline)));
  CHECK(store.seen() == std::set<std::string>{"0", "1", "2", "5", "6", "7"});
  CHECK(offline.seen().size() == 8);
  const auto kept = letters_of(*bed);
  REQUIRE(kept.size() == 2);
  CHECK(kept[0].place == DeadLetter::Place{Topic::store, 3});
  CHECK(kept[0].reason == "internal: not this one");
  CHECK(kept[0].time == bed->clock().now());
  CHECK(wire::decode_record(kept[0].record)->text == "3");
  CHECK(letters_of(*bed, kept[0].place).size() == 1);
  CHECK(letters_of(*bed, std::nullopt, 1).size() == 1);

  auto& letters = bed->letters();
  CHECK(sync_wait(letters.replay(kept[0].place)).error().code == Code::internal);  // it is refused still
  CHECK(letters.size() == 2);
  store.take_everything();
  CHECK(sync_wait(letters.replay(kept[0].place)));
  CHECK(store.seen().contains("3"));
  CHECK(sync_wait(letters.drop(kept[1].place)));
  CHECK_FALSE(store.seen().contains("4"));
  CHECK(letters_of(*bed).empty());
  CHECK(sync_wait(letters.drop(kept[1].place)).error().code == Code::not_found);
  CHECK(sync_wait(letters.replay(kept[1].place)).error().code == Code::not_found);
  bed->bus().stop();
}

inline void letters_are_added_once_and_stay(const MakeLettersBed& make) {
  auto bed = make();
  const DeadLetter letter{.place = {Topic::offline, 7}, .time = 5, .reason = "first", .record = "no record"};
  auto again = letter;
  again.reason = "second";
  CHECK(sync_wait(bed->letters().add(letter)));
  CHECK(sync_wait(bed->letters().add(again)));
  CHECK(sync_wait(bed->letters().add({.place = {Topic::store, 9}, .time = 6, .reason = "other", .record = ""})));
  for (int round = 0; round < 2; ++round) {
    CHECK(bed->letters().size() == 2);
    const auto kept = letters_of(*bed);
    REQUIRE(kept.size() == 2);
    CHECK(kept[0].place == DeadLetter::Place{Topic::store, 9});
    CHECK(kept[0].record.empty());
    CHECK(kept[1].reason == "first");
    CHECK(kept[1].time == bed->clock().now());
    CHECK(kept[1].record == "no record");
    bed->restart();
  }
  CHECK(sync_wait(bed->letters().replay({Topic::store, 8})).error().code == Code::not_found);
  Collector store, offline;
  bed->bus().consume(Topic::store, store.handler());
  bed->bus().consume(Topic::offline, offline.handler());
  bed->bus().start();
  CHECK(sync_wait(bed->letters().replay({Topic::offline, 7})).error().code == Code::bad_parameter);
  bed->bus().stop();
}

inline void letters_wait_for_a_consumer(const MakeLettersBed& make) {
  auto bed = make();
  Refusing store({"1"});
  Collector offline;
  bed->bus().consume(Topic::store, store.handler());
  bed->bus().consume(Topic::offline, offline.handler());
  bed->bus().start();
  send(*bed, 0, 3);
  REQUIRE(sync_wait(bed->bus().settled(Topic::store)));
  bed->bus().stop();
  bed->restart();
  REQUIRE(letters_of(*bed).size() == 1);
  CHECK(sync_wait(bed->letters().replay(letters_of(*bed)[0].place)).error().code == Code::unavailable);
  CHECK(bed->letters().size() == 1);
}

inline void letters_are_bounded(const MakeLettersBed& make) {
  auto bed = make();
  const auto add = [&](std::uint64_t offset) {
    return sync_wait(bed->letters().add(
        {.place = {Topic::store, offset}, .time = 0, .reason = "large", .record = std::string(8U << 20U, 'x')}));
  };
  for (std::uint64_t i = 1; i <= 9; ++i) CHECK(add(i));
  CHECK(bed->letters().size() == 7);  // of 64 MiB, with their reasons
  CHECK(letters_of(*bed, DeadLetter::Place{Topic::store, 6}).size() == 1);
  CHECK(sync_wait(bed->letters().drop({Topic::store, 1})));
  CHECK(add(10));
  CHECK(bed->letters().size() == 7);
}

inline void dead_letters_suite(const MakeLettersBed& make) {
  SUBCASE("stop nothing, and may be replayed or dropped") { letters_stop_nothing(make); }
  SUBCASE("are added once, and stay over a restart") { letters_are_added_once_and_stay(make); }
  SUBCASE("are replayed while a consumer runs") { letters_wait_for_a_consumer(make); }
  SUBCASE("are bounded: the oldest are kept") { letters_are_bounded(make); }
}

}  // namespace godwit::dispatch::suite

#include "engine/mysql/dead_letters.hpp"

#include "base/task.hpp"
#include "engine/mysql/mysql_fixture.hpp"

namespace godwit::mysql {
namespace {

using dispatch::DeadLetter;
using dispatch::Topic;
using Place = DeadLetter::Place;

struct Bed {
  testing::ScratchDatabase database;
  ManualClock clock;
  Log log{2, static_cast<Level>(99)};
  Metrics metrics;
  std::vector<Place> resent;
  bool reachable = true;
  std::unique_ptr<DeadLetters> letters = open();

  std::unique_ptr<DeadLetters> open() {
    auto opened = DeadLetters::open(database.settings(), clock, log, metrics,
                                    [this](const DeadLetter& letter) -> Task<Result<void>> {
                                      if (!reachable) co_return fail(Code::unavailable);
                                      if (letter.record.empty()) co_return fail(Code::bad_parameter);
                                      resent.push_back(letter.place);
                                      co_return Result<void>();
                                    });
    REQUIRE_MESSAGE(opened.has_value(), opened.error().detail);
    return std::move(*opened);
  }
  void restart() { letters = open(); }
  std::vector<DeadLetter> list(std::optional<Place> after = std::nullopt, std::size_t limit = 100) {
    auto listed = sync_wait(letters->list(after, limit));
    REQUIRE(listed);
    return std::move(*listed);
  }
};

}  // namespace

TEST_CASE("mysql: dead letters are added once, in order of their places, and stay") {
  Bed bed;
  bed.clock.advance(5);
  const std::string any_bytes("\0\xff'\\ record", 11);
  CHECK(sync_wait(
      bed.letters->add({.place = {Topic::offline, 7}, .time = 1, .reason = "it's bad", .record = any_bytes})));
  CHECK(sync_wait(bed.letters->add({.place = {Topic::offline, 7}, .time = 2, .reason = "again", .record = "x"})));
  CHECK(sync_wait(bed.letters->add({.place = {Topic::store, 1ULL << 63U}, .time = 3, .reason = "", .record = ""})));
  for (int round = 0; round < 2; ++round) {
    CHECK(bed.letters->size() == 2);
    const auto kept = bed.list();
    REQUIRE(kept.size() == 2);
    CHECK(kept[0].place == Place{Topic::store, 1ULL << 63U});
    CHECK(kept[0].record.empty());
    CHECK(kept[1].place == Place{Topic::offline, 7});
    CHECK(kept[1].reason == "it's bad");
    CHECK(kept[1].record == any_bytes);
    CHECK(kept[1].time == bed.clock.now());
    CHECK(bed.list(kept[0].place).size() == 1);
    CHECK(bed.list(kept[1].place).empty());
    CHECK(bed.list(std::nullopt, 1).size() == 1);
    bed.restart();
  }
}

TEST_CASE("mysql: a dead letter goes when its record is on the topic again, or when it is dropped") {
  Bed bed;
  for (std::uint64_t offset = 1; offset <= 3; ++offset)
    REQUIRE(sync_wait(bed.letters->add(
        {.place = {Topic::store, offset}, .time = 0, .reason = "r", .record = offset == 3 ? "" : "record"})));
  bed.reachable = false;
  CHECK(sync_wait(bed.letters->replay({Topic::store, 1})).error().code == Code::unavailable);
  CHECK(bed.list().size() == 3);
  bed.reachable = true;
  CHECK(sync_wait(bed.letters->replay({Topic::store, 1})));
  CHECK(bed.resent == std::vector<Place>{{Topic::store, 1}});
  CHECK(sync_wait(bed.letters->replay({Topic::store, 1})).error().code == Code::not_found);
  CHECK(sync_wait(bed.letters->replay({Topic::store, 3})).error().code == Code::bad_parameter);
  CHECK(sync_wait(bed.letters->drop({Topic::store, 2})));
  CHECK(sync_wait(bed.letters->drop({Topic::store, 2})).error().code == Code::not_found);
  CHECK(bed.list().size() == 1);
  CHECK(bed.letters->size() == 1);
}

TEST_CASE("mysql: dead letters have a bound; the oldest are kept") {
  Bed bed;
  const auto add = [&](std::uint64_t offset) {
    return sync_wait(bed.letters->add(
        {.place = {Topic::store, offset}, .time = 0, .reason = "large", .record = std::string(6U << 20U, 'x')}));
  };
  for (std::uint64_t i = 1; i <= 12; ++i) CHECK(add(i));
  CHECK(bed.letters->size() == 10);  // of 64 MiB
  CHECK(bed.list(Place{Topic::store, 9}).size() == 1);
  CHECK(sync_wait(bed.letters->drop({Topic::store, 1})));
  CHECK(add(13));
  CHECK(bed.letters->size() == 10);
}

}  // namespace godwit::mysql

#include "service/change_feed.hpp"

#include <doctest/doctest.h>

#include "service/change_log_suite.hpp"

namespace godwit::changes {
namespace {
/// A log that hands over when the test says so.
class ManualLog final : public ChangeLog {
 public:
  [[nodiscard]] bool outlives_publisher() const noexcept override { return true; }
  Task<Result<Position>> publish(std::vector<Change>) override { co_return fail(Code::unavailable); }
  void follow(Follower& one) override { follower = &one; }
  void unfollow(Follower&) override { follower = nullptr; }
  Follower* follower = nullptr;
};
}  // namespace

TEST_SUITE("change feed") {
  TEST_CASE("is fresh for a second after it was known that nothing is missing") {
    ManualLog log;
    ManualClock clock;
    ChangeFeed feed(log, clock);
    CHECK_FALSE(feed.fresh());  // the log has not been reached yet
    log.follower->heard({.number = 1}, clock.now());
    CHECK(feed.fresh());
    clock.advance(999);
    CHECK(feed.fresh());
    // What comes late says nothing about what comes later still.
    log.follower->changed(std::vector{card(UserKey("ann"))}, {.number = 2});
    clock.advance(1);
    CHECK_FALSE(feed.fresh());
    log.follower->heard({.number = 2}, clock.now() - 500);
    CHECK(feed.fresh());
    clock.advance(500);
    CHECK_FALSE(feed.fresh());
    log.follower->heard({.number = 2}, clock.now());
    clock.advance(-1);  // set back: nobody knows for how long nothing was heard
    CHECK_FALSE(feed.fresh());
  }

  TEST_CASE("who keeps copies is told that the log was silent for as long as copies were not trusted, and no sooner") {
    ManualLog log;
    ManualClock clock;
    ChangeFeed feed(log, clock);
    struct Keeper final : Follower {
      void changed(std::span<const Change>, Position) override {}
      void resumed() override { ++silences, trusted = feed->fresh(); }
      const ChangeFeed* feed = nullptr;
      int silences = 0;
      bool trusted = true;
    } keeper;
    keeper.feed = &feed;
    feed.add(keeper);
    log.follower->heard({.number = 1}, clock.now());
    keeper.silences = 0;
    clock.advance(999);
    log.follower->heard({.number = 1}, clock.now());
    CHECK(keeper.silences == 0);
    clock.advance(1000);
    log.follower->changed(std::vector{card(UserKey("ann"))}, {.number = 2});
    CHECK(keeper.silences == 0);
    log.follower->heard({.number = 2}, clock.now());
    CHECK(keeper.silences == 1);
    CHECK_FALSE(keeper.trusted);  // while it forgets nobody else may go by its copies
    log.follower->heard({.number = 2}, clock.now());
    CHECK(keeper.silences == 1);
    clock.advance(-5000);
    log.follower->heard({.number = 2}, clock.now());
    CHECK(keeper.silences == 2);
    log.follower->heard({.number = 2}, kAlways);
    clock.advance(60'000);
    log.follower->heard({.number = 2}, kAlways);
    CHECK(keeper.silences == 2);
    feed.remove(keeper);
  }

  TEST_CASE("its place is one that everybody has heard of, and never falls") {
    ManualLog log;
    const ManualClock clock;
    ChangeFeed feed(log, clock);
    struct Late final : Follower {
      void changed(std::span<const Change>, Position) override { seen = feed->position(); }
      ChangeFeed* feed = nullptr;
      Position seen{.number = 99};
    } late;
    late.feed = &feed;
    feed.add(late);
    log.follower->changed(std::vector{card(UserKey("ann"))}, {.number = 7});
    CHECK(late.seen == Position{});
    CHECK(feed.position() == Position{.number = 7});
    log.follower->changed(std::vector{card(UserKey("ann"))}, {.number = 3});
    CHECK(feed.position() == Position{.number = 7});
    log.follower->changed(std::vector{card(UserKey("ann"))}, {.epoch = 1, .number = 1});
    CHECK(feed.position() == Position{.epoch = 1, .number = 1});
  }

  TEST_CASE("everybody hears of a loss") {
    ManualLog log;
    const ManualClock clock;
    ChangeFeed feed(log, clock);
    suite::Heard heard;
    feed.add(heard);
    log.follower->lost();
    CHECK(heard.losses == 1);
  }
}

}  // namespace godwit::changes

#include "engine/memory/change_log.hpp"

#include "service/change_feed.hpp"
#include "service/change_log_suite.hpp"

namespace godwit::engine::memory {
namespace {
class Bed final : public changes::suite::Bed {
 public:
  changes::ChangeLog& client(std::size_t) override { return log_; }

 private:
  MemoryChangeLog log_;
};

/// A log that hands over when the test says so.
class ManualLog final : public changes::ChangeLog {
 public:
  Task<Result<changes::Position>> publish(std::vector<changes::Change>) override { co_return fail(Code::unavailable); }
  void follow(changes::Follower& one) override { follower = &one; }
  void unfollow(changes::Follower&) override { follower = nullptr; }
  changes::Follower* follower = nullptr;
};
}  // namespace

TEST_SUITE("changes in memory") {
  TEST_CASE("change log") {
    changes::suite::change_log([] { return std::make_unique<Bed>(); });
  }

  TEST_CASE("followers have heard when publishing comes back") {
    MemoryChangeLog log;
    const ManualClock clock;
    changes::ChangeFeed feed(log, clock);
    changes::suite::Heard heard;
    feed.add(heard);
    CHECK(feed.fresh());
    const auto place = changes::suite::publish(log, {changes::card(UserKey("ann"))});
    CHECK(heard.all.size() == 1);
    CHECK(feed.position() == place);
    feed.remove(heard);
    changes::suite::publish(log, {changes::card(UserKey("ann"))});
    CHECK(heard.all.size() == 1);
  }
}

TEST_SUITE("change feed") {
  TEST_CASE("is fresh for a second after it was known that nothing is missing") {
    ManualLog log;
    ManualClock clock;
    changes::ChangeFeed feed(log, clock);
    CHECK_FALSE(feed.fresh());  // the log has not been reached yet
    log.follower->heard({.number = 1}, clock.now());
    CHECK(feed.fresh());
    clock.advance(999);
    CHECK(feed.fresh());
    // What comes late says nothing about what comes later still.
    log.follower->changed(std::vector{changes::card(UserKey("ann"))}, {.number = 2});
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

  TEST_CASE("its place is one that everybody has heard of, and never falls") {
    ManualLog log;
    const ManualClock clock;
    changes::ChangeFeed feed(log, clock);
    struct Late final : changes::Follower {
      void changed(std::span<const changes::Change>, changes::Position) override { seen = feed->position(); }
      changes::ChangeFeed* feed = nullptr;
      changes::Position seen{.number = 99};
    } late;
    late.feed = &feed;
    feed.add(late);
    log.follower->changed(std::vector{changes::card(UserKey("ann"))}, {.number = 7});
    CHECK(late.seen == changes::Position{});
    CHECK(feed.position() == changes::Position{.number = 7});
    log.follower->changed(std::vector{changes::card(UserKey("ann"))}, {.number = 3});
    CHECK(feed.position() == changes::Position{.number = 7});
    log.follower->changed(std::vector{changes::card(UserKey("ann"))}, {.epoch = 1, .number = 1});
    CHECK(feed.position() == changes::Position{.epoch = 1, .number = 1});
  }

  TEST_CASE("everybody hears of a loss") {
    ManualLog log;
    const ManualClock clock;
    changes::ChangeFeed feed(log, clock);
    changes::suite::Heard heard;
    feed.add(heard);
    log.follower->lost();
    CHECK(heard.losses == 1);
  }
}

}  // namespace godwit::engine::memory

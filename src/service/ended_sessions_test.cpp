#include "service/ended_sessions.hpp"

#include <doctest/doctest.h>

#include "base/executor.hpp"
#include "service/testing_change_log.hpp"

namespace godwit::changes {
namespace {
using Verdict = EndedSessions::Verdict;

struct Bed {
  explicit Bed(std::size_t most = EndedSessions::kMost) : ended(feed, most) {}
  Position end(const char* session) { return *sync_wait(log.publish({session_ended(SessionId(session))})); }
  Verdict since(const char* session, Position as_of) { return ended.since(SessionId(session), as_of); }

  TestingChangeLog log;
  ManualClock clock;
  ChangeFeed feed{log, clock};
  EndedSessions ended;
};
}  // namespace

TEST_SUITE("ended sessions") {
  TEST_CASE("what ended is seen, whenever it was proven, and nothing else") {
    Bed bed;
    const auto before = bed.feed.position();
    const auto version = bed.ended.version();
    const auto at = bed.end("one");
    CHECK(bed.since("one", before) == Verdict::ended);
    CHECK(bed.since("one", at) == Verdict::ended);
    CHECK(bed.since("other", before) == Verdict::lives);
    CHECK(bed.ended.version() != version);
    const auto after = bed.ended.version();
    (void)sync_wait(bed.log.publish({group(GroupKey("birds"))}));
    CHECK(bed.ended.version() == after);
  }

  TEST_CASE("behind a silence of the log what was proven may be wrong") {
    Bed bed;
    bed.log.pulse = &bed.clock;
    bed.log.beat();
    bed.clock.advance(999);
    bed.log.beat();
    const auto version = bed.ended.version();
    const auto place = bed.feed.position();
    bed.clock.advance(1000);
    bed.log.beat();
    CHECK(bed.ended.version() != version);
    CHECK(bed.since("one", place) == Verdict::lives);  // what ended in it is told, later
  }

  TEST_CASE("of the oldest it says that it does not know") {
    Bed bed(2);
    const auto before = bed.feed.position();
    const auto first = bed.end("first");
    bed.end("second");
    CHECK(bed.since("other", before) == Verdict::lives);
    bed.end("third");
    CHECK(bed.since("first", before) == Verdict::unknown);
    CHECK(bed.since("other", before) == Verdict::unknown);
    CHECK(bed.since("other", first) == Verdict::lives);  // all that ended later is known
    CHECK(bed.since("second", before) == Verdict::ended);
  }

  TEST_CASE("what was told twice takes one place") {
    Bed bed(2);
    for (int i = 0; i < 5; ++i) bed.end("first");
    const auto before = bed.feed.position();
    bed.end("second");
    CHECK(bed.since("other", before) == Verdict::lives);
    CHECK(bed.since("first", before) == Verdict::ended);
  }

  TEST_CASE("who comes later knows nothing of before") {
    Bed bed;
    const auto before = bed.feed.position();
    bed.end("one");
    const EndedSessions late(bed.feed);
    CHECK(late.since(SessionId("one"), before) == Verdict::unknown);
    CHECK(late.since(SessionId("one"), bed.feed.position()) == Verdict::lives);  // proven after it: so it did not end
  }

  TEST_CASE("before the log was reached every proof is too old") {
    ManualClock clock;
    struct Away final : ChangeLog {
      [[nodiscard]] bool outlives_publisher() const noexcept override { return true; }
      Task<Result<Position>> publish(std::vector<Change>) override { co_return fail(Code::unavailable); }
      void follow(Follower& one) override { follower = &one; }
      void unfollow(Follower&) override {}
      Follower* follower = nullptr;
    } away;
    ChangeFeed feed(away, clock);
    EndedSessions ended(feed);
    CHECK(ended.since(SessionId("one"), {.epoch = 1, .number = 3}) == Verdict::unknown);
    away.follower->heard({.epoch = 1, .number = 5}, clock.now());  // what ended at 4 was never told here
    CHECK(ended.since(SessionId("one"), {.epoch = 1, .number = 3}) == Verdict::unknown);
    CHECK(ended.since(SessionId("one"), {.epoch = 1, .number = 5}) == Verdict::lives);
  }

  TEST_CASE("behind a hole every proof is too old, until it is known where the log goes on") {
    Bed bed;
    const auto place = bed.end("one");
    const auto version = bed.ended.version();
    bed.log.last().lost();
    CHECK(bed.ended.version() != version);
    CHECK(bed.since("other", place) == Verdict::unknown);
    bed.log.last().heard({.epoch = 1, .number = 5}, kAlways);
    CHECK(bed.since("other", place) == Verdict::unknown);
    CHECK(bed.since("other", {.epoch = 1, .number = 5}) == Verdict::lives);
    CHECK(bed.since("one", {.epoch = 1, .number = 5}) == Verdict::ended);
  }
}

}  // namespace godwit::changes

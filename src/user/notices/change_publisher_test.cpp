#include "user/notices/change_publisher.hpp"

#include <doctest/doctest.h>

#include "base/testing_executor.hpp"
#include "engine/memory/accounts_fixture.hpp"
#include "service/change_log_suite.hpp"
#include "service/testing_change_log.hpp"

namespace godwit::user {
namespace {
/// A call that changed something, on an executor of its own: whether it was answered, and what the log was told.
struct Call {
  void publish(std::int64_t ordinal) {
    steps.enter([&] { spawn(run(*this, ordinal)); });
  }
  static Task<void> run(Call& self, std::int64_t ordinal) {
    self.told = co_await self.publisher.publish({changes::card(UserKey("ann"))}, ordinal);
    self.answered = true;
  }

  ManualClock clock;
  SteppedExecutor steps{clock};
  std::unique_ptr<suite::Bed> bed = engine::memory::make_memory_bed();
  changes::TestingChangeLog log;
  changes::suite::Heard own;
  Log silent{-1};
  Metrics metrics;
  ChangePublisher publisher{{.store = bed->store(), .log = log, .own = own}, silent, metrics};
  bool told = false, answered = false;
};
}  // namespace

TEST_SUITE("telling changes") {
  TEST_CASE("a log that is away for a moment is told before the call is answered") {
    Call call;
    call.log.broken = true;
    call.publish(1);
    CHECK_FALSE(call.own.all.empty());
    call.steps.run_for(std::chrono::milliseconds(500));
    CHECK_FALSE(call.answered);
    call.log.broken = false;
    call.steps.run_for(std::chrono::milliseconds(100));
    CHECK(call.answered);
    CHECK(call.told);
    CHECK(call.log.published == std::vector{changes::card(UserKey("ann"))});
  }

  TEST_CASE("one that stays away is waited for until nobody who hears nothing of it trusts a copy") {
    Call call;
    call.log.broken = true;
    call.publish(1);
    call.steps.run_for(std::chrono::milliseconds(999));
    CHECK_FALSE(call.answered);
    call.steps.run_for(std::chrono::milliseconds(1));
    CHECK(call.answered);
    CHECK_FALSE(call.told);
    call.log.broken = false;
    call.steps.run_for(std::chrono::seconds(5));
    CHECK(call.log.published.empty());  // from now on that is the outbox's
  }

  TEST_CASE("for what may not stand nobody waits") {
    Call call;
    call.log.broken = true;
    call.publish(0);
    CHECK(call.answered);
    CHECK_FALSE(call.told);
  }
}

}  // namespace godwit::user

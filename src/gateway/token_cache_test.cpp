#include "gateway/token_cache.hpp"

#include <doctest/doctest.h>

#include "base/executor.hpp"
#include "service/testing_change_log.hpp"

namespace godwit::gateway {
namespace {
struct Bed {
  Bed() {
    log.pulse = &clock;
    log.beat();
  }
  [[nodiscard]] user::Proven proof() const {
    return {.who = {.user = UserKey("ann"),
                    .session = SessionId("s"),
                    .device = DeviceId("phone"),
                    .expires_at = 2'000'000'000'000},
            .as_of = feed.position()};
  }
  [[nodiscard]] bool known() { return tokens.find("token", clock.now()) != nullptr; }
  void be_silent() {
    clock.advance(changes::ChangeFeed::kTrusted);
    log.beat();
  }

  ManualClock clock;
  changes::TestingChangeLog log;
  changes::ChangeFeed feed{log, clock};
  changes::EndedSessions ended{feed};
  TokenCache tokens{feed, ended};
};
}  // namespace

TEST_SUITE("known tokens") {
  TEST_CASE("a token that was good is known until any session ends") {
    Bed bed;
    bed.tokens.keep("token", bed.proof(), bed.tokens.version());
    CHECK(bed.known());
    (void)sync_wait(bed.log.publish({changes::session_ended(SessionId("another"))}));
    CHECK_FALSE(bed.known());
  }

  TEST_CASE("what was known before a silence of the log is not known after it") {
    Bed bed;
    bed.tokens.keep("token", bed.proof(), bed.tokens.version());
    bed.clock.advance(changes::ChangeFeed::kTrusted);
    CHECK_FALSE(bed.known());
    bed.log.beat();
    CHECK_FALSE(bed.known());
    bed.tokens.keep("token", bed.proof(), bed.tokens.version());
    CHECK(bed.known());
  }

  TEST_CASE("a proof that was asked for before a silence, and comes after it, is not kept") {
    Bed bed;
    const auto asked = bed.tokens.version();
    const auto proof = bed.proof();
    bed.be_silent();
    bed.tokens.keep("token", proof, asked);
    CHECK_FALSE(bed.known());
  }
}

}  // namespace godwit::gateway

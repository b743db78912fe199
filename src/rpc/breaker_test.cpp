#include "rpc/breaker.hpp"

#include <doctest/doctest.h>

using namespace godwit;
using rpc::Breaker;

namespace {

void fail_times(Breaker& breaker, int times) {
  for (int i = 0; i < times; ++i) {
    REQUIRE(breaker.admit());
    breaker.report(false);
  }
}

}  // namespace

TEST_CASE("rpc: a breaker opens after failures in a row, and lets one call through after a while") {
  ManualClock clock;
  Breaker breaker({.failures = 3, .open_ms = 1000}, clock);
  fail_times(breaker, 2);
  REQUIRE(breaker.admit());
  breaker.report(true);  // not in a row
  fail_times(breaker, 3);
  CHECK_FALSE(breaker.admit());
  clock.advance(999);
  CHECK_FALSE(breaker.admit());
  clock.advance(1);
  CHECK(breaker.admit());
  CHECK_FALSE(breaker.admit());  // one
  SUBCASE("which failed: open again") {
    breaker.report(false);
    CHECK_FALSE(breaker.admit());
    clock.advance(1000);
    CHECK(breaker.admit());
  }
  SUBCASE("which went well: closed") {
    breaker.report(true);
    CHECK(breaker.admit());
    CHECK(breaker.admit());
  }
}

TEST_CASE("rpc: a clock that is set back keeps no breaker open") {
  ManualClock clock;
  Breaker breaker({.failures = 1, .open_ms = 1000}, clock);
  fail_times(breaker, 1);
  clock.advance(-3'600'000);
  CHECK(breaker.admit());
}

TEST_CASE("rpc: a peer that says that it is going is left alone at once") {
  ManualClock clock;
  Breaker breaker({.failures = 3, .open_ms = 1000}, clock);
  REQUIRE(breaker.admit());
  breaker.report(true);
  breaker.rest();
  CHECK_FALSE(breaker.admit());
  clock.advance(1000);
  CHECK(breaker.admit());
}

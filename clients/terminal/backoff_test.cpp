#include "clients/terminal/backoff.hpp"

#include <doctest/doctest.h>

using namespace godwit;
using godwit::chat::Backoff;

namespace {
constexpr std::uint32_t kAll = 0xFFFF'FFFF;
}

TEST_CASE("chat: 4500 to 4999 do not come back, everything else does") {
  for (const unsigned code : {4500U, 4501U, 4502U, 4505U, 4999U}) {
    Backoff backoff;
    CHECK_FALSE(backoff.after(static_cast<std::uint16_t>(code), "", 10'000, kAll).has_value());
  }
  for (const unsigned code : {1000U, 1006U, 1011U, 4000U, 4001U, 4002U, 4003U, 4499U, 5000U}) {
    Backoff backoff;
    CHECK(backoff.after(static_cast<std::uint16_t>(code), "", 10'000, kAll).has_value());
  }
}

TEST_CASE("chat: waits grow with full jitter up to a bound, and start anew after a connection that stood") {
  Backoff backoff;
  CHECK(backoff.again(0) == 0);
  Backoff grown;
  Millis before = 0;
  for (int i = 0; i < 5; ++i) {
    const auto wait = grown.again(kAll);
    CHECK(wait > before);
    before = wait;
  }
  for (int i = 0; i < 40; ++i) CHECK(grown.again(kAll) <= Backoff::kMost);
  CHECK(*grown.after(1006, "", 100, kAll) > Backoff::kMost - 10);
  CHECK(*grown.after(1006, "", Backoff::kStable, kAll) < Backoff::kFirst);
}

TEST_CASE("chat: 4001 says itself when to come back") {
  Backoff backoff;
  CHECK(*backoff.after(4001, R"({"delayMs":1234})", 100, kAll) == 1234);
  CHECK(*backoff.after(4001, "going down", 100, kAll) < Backoff::kFirst);
  CHECK(*backoff.after(4001, R"({"delayMs":-5})", 100, 0) == 0);
  CHECK(*backoff.after(4001, R"({"delayMs":999999999999})", 100, 0) == 10 * Backoff::kMost);
}

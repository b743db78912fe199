#include "base/log_rate.hpp"

#include <doctest/doctest.h>

using namespace godwit;

TEST_CASE("one line a second and name, and nothing goes uncounted") {
  ManualClock clock;
  LogRate rate(clock);
  CHECK(rate.count("a").write);
  const auto held = rate.count("a");
  CHECK_FALSE(held.write);
  CHECK(held.first_held);
  CHECK_FALSE(rate.count("a").first_held);
  CHECK(rate.count("b").write);
  clock.advance(LogRate::kPause);
  const auto next = rate.count("a");
  CHECK(next.write);
  CHECK(next.count == 3);
  CHECK(rate.rest("a") == 0);
}

TEST_CASE("what was held can be asked for when its second is over") {
  ManualClock clock;
  LogRate rate(clock);
  for (int i = 0; i < 10; ++i) (void)rate.count("a");
  CHECK(rate.rest("a") == 9);
  CHECK(rate.rest("a") == 0);
  CHECK(rate.rest("never seen") == 0);
  CHECK_FALSE(rate.count("a").write);  // the rest was a line, too
}

TEST_CASE("the names are bounded, and a clock that goes back does not silence a log") {
  ManualClock clock;
  LogRate rate(clock);
  for (int i = 0; i < 5000; ++i) CHECK(rate.count(std::to_string(i)).write);
  clock.advance(-3'600'000);
  CHECK(rate.count("4999").write);
}

TEST_CASE("what a client sent is cut and made printable") {
  CHECK(printable("https://a.example") == "https://a.example");
  CHECK(printable("a\x1b[31m\n\xc3\xa9") == "a?[31m???");
  CHECK(printable(std::string(1000, 'x')).size() == 200);
}

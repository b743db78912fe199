#include "user/login_throttle.hpp"

#include <doctest/doctest.h>

namespace godwit::user {
namespace {
constexpr Millis kMinute = 60'000;

LoginThrottle::Settings few() {
  return {.enabled = true,
          .per_account_minute = 2,
          .per_account_minute_anywhere = 6,
          .per_address_minute = 4,
          .capacity = 100};
}

/// A wrong password; the seconds to wait where it was not even tried.
std::uint32_t fail_once(Result<LoginThrottle::Attempt> attempt) {
  if (!attempt) return attempt.error().retry_after_s;
  attempt->failed();
  return 0;
}
}  // namespace

TEST_SUITE("login throttle") {
  TEST_CASE("an account is counted tightly by network, and the wait grows") {
    ManualClock clock;
    LoginThrottle throttle(few(), clock);
    const auto wrong = [&] { return fail_once(throttle.from_network("ann", "1.1.1.1")); };
    CHECK(wrong() == 0);
    CHECK(wrong() == 0);
    for (const std::uint32_t seconds : {30U, 60U, 120U, 240U, 480U}) {
      CHECK(wrong() == seconds);
      clock.advance(seconds * 1000 - 1);
      CHECK(wrong() == 1);
      clock.advance(1);
      CHECK(wrong() == 0);
    }
    for (int i = 0; i < 20; ++i) {
      CHECK(wrong() <= 900);
      clock.advance(900'000);
      CHECK(wrong() == 0);
    }
  }

  TEST_CASE("another network is not concerned, until the loose bounds are met") {
    ManualClock clock;
    LoginThrottle throttle(few(), clock);
    for (const auto* address : {"1.1.1.1", "2.2.2.2", "3.3.3.3"}) {
      CHECK(fail_once(throttle.from_network("ann", address)) == 0);
      CHECK(fail_once(throttle.from_network("ann", address)) == 0);
      CHECK(fail_once(throttle.from_network("ann", address)) > 0);
    }
    CHECK(fail_once(throttle.from_network("ann", "4.4.4.4")) == 10);  // from everywhere: a tenth a second
    clock.advance(10'000);
    CHECK(throttle.from_network("ann", "4.4.4.4"));
    CHECK(fail_once(throttle.from_network("bob", "1.1.1.1")) == 0);
    CHECK(fail_once(throttle.from_network("cas", "1.1.1.1")) == 0);
    CHECK(fail_once(throttle.from_network("dan", "1.1.1.1")) > 0);  // the network's own bound
  }

  TEST_CASE("a known device and a session are counted for themselves") {
    ManualClock clock;
    LoginThrottle throttle(few(), clock);
    for (int i = 0; i < 200; ++i) (void)fail_once(throttle.from_network("ann", "1.1.1." + std::to_string(i)));
    CHECK_FALSE(throttle.from_network("ann", "9.9.9.9"));
    CHECK(throttle.from_known_device("ann", "phone"));
    CHECK(throttle.from_session("s1"));
    for (int i = 0; i < 2; ++i) {
      CHECK(fail_once(throttle.from_known_device("ann", "phone")) == 0);
      CHECK(fail_once(throttle.from_session("s1")) == 0);
    }
    CHECK(fail_once(throttle.from_known_device("ann", "phone")) == 30);
    CHECK(fail_once(throttle.from_session("s1")) == 30);
    CHECK(throttle.from_known_device("ann", "desk"));
    CHECK(throttle.from_known_device("bob", "phone"));
    CHECK(throttle.from_session("s2"));
  }

  TEST_CASE("checks of passwords wait behind those of the same account alone, known devices and sessions behind none") {
    ManualClock clock;
    LoginThrottle throttle(few(), clock);
    const auto ann = throttle.from_network("ann", "1.1.1.1")->lane();
    CHECK(throttle.from_network("ann", "2.2.2.2")->lane() == ann);
    CHECK(throttle.from_network("bob", "1.1.1.1")->lane() != ann);
    CHECK(throttle.from_known_device("ann", "phone")->lane() != ann);
    CHECK(throttle.from_session("s1")->lane() != ann);
  }

  TEST_CASE("a right password costs nothing, and what is under way counts") {
    ManualClock clock;
    LoginThrottle throttle(few(), clock);
    for (int i = 0; i < 100; ++i) CHECK(throttle.from_network("ann", "1.1.1.1"));
    CHECK(throttle.size() == 0);
    {
      const auto one = throttle.from_network("ann", "1.1.1.1"), two = throttle.from_network("ann", "1.1.1.1");
      CHECK(two.has_value());
      CHECK_FALSE(throttle.from_network("ann", "1.1.1.1"));  // parallel tries are no way around
    }
    CHECK(throttle.from_network("ann", "1.1.1.1"));
    // Nor does a right one take the failures of others away.
    CHECK(fail_once(throttle.from_network("ann", "1.1.1.1")) == 0);
    CHECK(throttle.from_network("ann", "1.1.1.1"));
    CHECK(fail_once(throttle.from_network("ann", "1.1.1.1")) == 0);
    CHECK(fail_once(throttle.from_network("ann", "1.1.1.1")) == 30);
  }

  TEST_CASE("is bounded, and who makes names gets no try back") {
    ManualClock clock;
    auto settings = few();
    settings.capacity = 40;
    LoginThrottle throttle(settings, clock);
    while (fail_once(throttle.from_network("ann", "1.1.1.1")) == 0) {
    }
    for (int i = 0; i < 1000; ++i)
      (void)fail_once(throttle.from_network("user" + std::to_string(i), "2.2." + std::to_string(i) + ".1"));
    CHECK(throttle.size() <= 41);
    CHECK_FALSE(throttle.from_network("ann", "1.1.1.1"));
    clock.advance(60 * kMinute);
    CHECK(throttle.from_network("ann", "1.1.1.1"));
  }

  TEST_CASE("counts nothing when it is off") {
    ManualClock clock;
    LoginThrottle off({.enabled = false, .per_account_minute = 1}, clock);
    for (int i = 0; i < 10; ++i) CHECK(fail_once(off.from_network("ann", "1.1.1.1")) == 0);
    CHECK(off.size() == 0);
  }

  TEST_CASE("networks: an IPv4 address, 64 bits of IPv6") {
    CHECK(network_of("10.1.2.3") == "10.1.2.3");
    CHECK(network_of("::ffff:10.1.2.3") == "10.1.2.3");
    CHECK(network_of("::ffff:a01:203") == "10.1.2.3");
    CHECK(network_of("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64");
    CHECK(network_of("2001:db8:1:2::1") == network_of("2001:DB8:1:2:ffff::"));
    CHECK(network_of("2001:db8:1:3::1") != network_of("2001:db8:1:2::1"));
    CHECK(network_of("here") == "here");
  }
}

}  // namespace godwit::user

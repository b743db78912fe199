#include "user/accounts/login_throttle.hpp"

#include <doctest/doctest.h>

#include "base/executor.hpp"
#include "engine/memory/counts.hpp"
#include "user/accounts/networks.hpp"

namespace godwit::user {
namespace {
constexpr Millis kMinute = 60'000;

LoginThrottle::Settings few() {
  return {.enabled = true,
          .per_account_minute = 2,
          .per_account_minute_anywhere = 6,
          .per_address_minute = 4};
}

class Bed {
 public:
  explicit Bed(const LoginThrottle::Settings& settings = few(), std::size_t capacity = 100)
      : counts(clock, capacity), throttle(settings, counts, random) {}

  /// A wrong password; the seconds to wait where it was not even tried.
  std::uint32_t wrong(const std::string& account, const std::string& address) {
    return seconds(throttle.from_network(account, address));
  }
  std::uint32_t wrong_on_device(const char* account, const char* device) {
    return seconds(throttle.from_known_device(account, device));
  }
  std::uint32_t wrong_in_session(const char* session) { return seconds(throttle.from_session(session)); }
  Result<LoginThrottle::Attempt> begin(const char* account, const std::string& address) {
    return sync_wait(throttle.from_network(account, address));
  }
  /// A right password; whether it was tried.
  bool right(const char* account, const std::string& address) { return right(throttle.from_network(account, address)); }
  bool right(Task<Result<LoginThrottle::Attempt>> task) {
    const auto attempt = sync_wait(std::move(task));
    if (attempt) sync_wait(throttle.take_back(*attempt));
    return attempt.has_value();
  }

  ManualClock clock;
  SystemRandom random;
  engine::memory::MemoryCounts counts;
  LoginThrottle throttle;

 private:
  static std::uint32_t seconds(Task<Result<LoginThrottle::Attempt>> task) {
    const auto attempt = sync_wait(std::move(task));
    return attempt ? 0 : attempt.error().retry_after_s;
  }
};
}  // namespace

TEST_SUITE("login throttle") {
  TEST_CASE("an account is counted tightly by network, and the wait grows") {
    Bed bed;
    const auto wrong = [&] { return bed.wrong("ann", "1.1.1.1"); };
    CHECK(wrong() == 0);
    CHECK(wrong() == 0);
    for (const std::uint32_t seconds : {30U, 60U, 120U, 240U, 480U}) {
      CHECK(wrong() == seconds);
      bed.clock.advance(seconds * 1000 - 1);
      CHECK(wrong() == 1);
      bed.clock.advance(1);
      CHECK(wrong() == 0);
    }
    for (int i = 0; i < 20; ++i) {
      CHECK(wrong() <= 900);
      bed.clock.advance(900'000);
      CHECK(wrong() == 0);
    }
  }

  TEST_CASE("another network is not concerned, until the loose bounds are met") {
    Bed bed;
    for (const auto* address : {"1.1.1.1", "2.2.2.2", "3.3.3.3"}) {
      CHECK(bed.wrong("ann", address) == 0);
      CHECK(bed.wrong("ann", address) == 0);
      CHECK(bed.wrong("ann", address) > 0);
    }
    CHECK(bed.wrong("ann", "4.4.4.4") == 10);  // from everywhere: a tenth a second
    bed.clock.advance(10'000);
    CHECK(bed.right("ann", "4.4.4.4"));
    CHECK(bed.wrong("bob", "1.1.1.1") == 0);
    CHECK(bed.wrong("cas", "1.1.1.1") == 0);
    CHECK(bed.wrong("dan", "1.1.1.1") > 0);  // the network's own bound
  }

  TEST_CASE("a known device and a session are counted for themselves") {
    Bed bed;
    for (int i = 0; i < 200; ++i) (void)bed.wrong("ann", "1.1.1." + std::to_string(i));
    CHECK_FALSE(bed.right("ann", "9.9.9.9"));
    CHECK(bed.right(bed.throttle.from_known_device("ann", "phone")));
    CHECK(bed.right(bed.throttle.from_session("s1")));
    for (int i = 0; i < 2; ++i) {
      CHECK(bed.wrong_on_device("ann", "phone") == 0);
      CHECK(bed.wrong_in_session("s1") == 0);
    }
    CHECK(bed.wrong_on_device("ann", "phone") == 30);
    CHECK(bed.wrong_in_session("s1") == 30);
    CHECK(bed.right(bed.throttle.from_known_device("ann", "desk")));
    CHECK(bed.right(bed.throttle.from_known_device("bob", "phone")));
    CHECK(bed.right(bed.throttle.from_session("s2")));
  }

  TEST_CASE("checks of passwords wait behind those of the same account alone, known devices and sessions behind none") {
    Bed bed;
    const auto ann = sync_wait(bed.throttle.from_network("ann", "1.1.1.1"))->lane();
    CHECK(sync_wait(bed.throttle.from_network("ann", "2.2.2.2"))->lane() == ann);
    CHECK(sync_wait(bed.throttle.from_network("bob", "1.1.1.1"))->lane() != ann);
    CHECK(sync_wait(bed.throttle.from_known_device("ann", "phone"))->lane() != ann);
    CHECK(sync_wait(bed.throttle.from_session("s1"))->lane() != ann);
  }

  TEST_CASE("a right password costs nothing, and what is under way counts") {
    Bed bed;
    for (int i = 0; i < 100; ++i) CHECK(bed.right("ann", "1.1.1.1"));
    CHECK(bed.counts.size() == 0);
    const auto one = bed.begin("ann", "1.1.1.1"), two = bed.begin("ann", "1.1.1.1");
    REQUIRE(two.has_value());
    CHECK_FALSE(bed.right("ann", "1.1.1.1"));  // parallel tries are no way around
    for (const auto& attempt : {*one, *two}) sync_wait(bed.throttle.take_back(attempt));
    CHECK(bed.right("ann", "1.1.1.1"));
    // Nor does a right one take the failures of others away.
    CHECK(bed.wrong("ann", "1.1.1.1") == 0);
    CHECK(bed.right("ann", "1.1.1.1"));
    CHECK(bed.wrong("ann", "1.1.1.1") == 0);
    CHECK(bed.wrong("ann", "1.1.1.1") == 30);
  }

  TEST_CASE("is bounded, and who makes names gets no try back") {
    Bed bed(few(), 40);
    while (bed.wrong("ann", "1.1.1.1") == 0) {
    }
    for (int i = 0; i < 1000; ++i)
      (void)bed.wrong("user" + std::to_string(i), "2.2." + std::to_string(i) + ".1");
    CHECK(bed.counts.size() <= 40);
    CHECK_FALSE(bed.right("ann", "1.1.1.1"));
    bed.clock.advance(60 * kMinute);
    CHECK(bed.right("ann", "1.1.1.1"));
  }

  TEST_CASE("counts nothing when it is off") {
    Bed off({.enabled = false, .per_account_minute = 1});
    for (int i = 0; i < 10; ++i) CHECK(off.wrong("ann", "1.1.1.1") == 0);
    CHECK(off.counts.size() == 0);
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

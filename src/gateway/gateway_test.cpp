#include <doctest/doctest.h>

#include "gateway/rate_limiter.hpp"
#include "gateway/route_table.hpp"

using namespace godwit;
using namespace godwit::gateway;

namespace {
Route route(const char* method, const char* pattern) { return {.spec = {.method = method, .pattern = pattern}}; }
void add(RouteTable& table, std::initializer_list<Route> routes) {
  for (const auto& one : routes) table.add(one);
}
}  // namespace

TEST_CASE("a literal segment wins over a parameter") {
  RouteTable table;
  add(table, {route("GET", "/v1/users"), route("GET", "/v1/users/{key}"), route("GET", "/v1/users/me"),
              route("POST", "/v1/users"), route("GET", "/v1/c/{id}/messages")});
  CHECK(table.find("GET", "/v1/users/me")->route->spec.pattern == "/v1/users/me");
  const auto match = table.find("GET", "/v1/users/b%6Fb");
  REQUIRE(match);
  CHECK(match->params == std::vector<std::string>{"bob"});
  CHECK(table.find("HEAD", "/v1/users"));
  CHECK(table.find("GET", "/v1/c/u:bob/messages")->params.at(0) == "u:bob");
}

TEST_CASE("unknown paths are 404, known ones with a wrong method 405 naming the right ones") {
  RouteTable table;
  add(table, {route("GET", "/v1/users"), route("POST", "/v1/users"), route("GET", "/v1/users/{key}")});
  for (const char* path : {"", "/", "/v1", "/v1/", "/v1/users/", "/v1/users/a/b", "/v1/users/%zz", "/v1/users/%00",
                           "/v2/users", "v1/users"}) {
    CAPTURE(path);
    const auto found = table.find("GET", path);
    REQUIRE_FALSE(found);
    CHECK(found.error().code == Code::not_found);
  }
  const auto wrong = table.find("DELETE", "/v1/users");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == Code::method_not_allowed);
  CHECK(wrong.error().detail == "GET, HEAD, POST");
  CHECK_THROWS(table.add(route("GET", "/v1/users")));
}

TEST_CASE("escapes of characters that need none are those characters, in literals too") {
  RouteTable table;
  add(table, {route("GET", "/v1/me"), route("GET", "/v1/users/{key}")});
  CHECK(table.find("GET", "/v1/%6de")->route->spec.pattern == "/v1/me");
  CHECK(table.find("GET", "/%76%31/m%65")->route->spec.pattern == "/v1/me");
  CHECK(table.find("GET", "/v1/users/a%2Fb")->params.at(0) == "a/b");  // a slash that is escaped divides nothing
  CHECK(table.find("GET", "/v1/users/%25%36d")->params.at(0) == "%6d");
  CHECK_FALSE(table.find("GET", "/v1%2Fme"));
  CHECK_FALSE(table.find("GET", "/v1/%6"));
}

TEST_CASE("a bucket empties, says when to come back, and fills again") {
  ManualClock clock;
  RateLimiter limiter(clock, {2, 4});
  for (int i = 0; i < 4; ++i) CHECK(limiter.take("alice"));
  const auto refused = limiter.take("alice");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::rate_limited);
  CHECK(refused.error().retry_after_s == 1);
  CHECK(refused.error().limit == 4);
  CHECK(limiter.take("bob"));
  clock.advance(500);
  CHECK(limiter.take("alice"));
  CHECK_FALSE(limiter.take("alice"));
}

TEST_CASE("what costs more than is left is answered, and the rest is owed") {
  ManualClock clock;
  RateLimiter limiter(clock, {1, 4});
  CHECK(limiter.take("alice", 9));
  CHECK(limiter.take("alice").error().retry_after_s == 6);
  clock.advance(5000);
  CHECK_FALSE(limiter.take("alice"));
  clock.advance(1000);
  CHECK(limiter.take("alice"));
}

TEST_CASE("the limiter's memory is bounded, and whoever is exhausted stays so, however many names come") {
  ManualClock clock;
  RateLimiter limiter(clock, {0.5, 30});
  for (int i = 0; i < 30; ++i) CHECK(limiter.take("greedy"));
  CHECK_FALSE(limiter.take("greedy"));
  for (int i = 0; i < 200'000; ++i) {
    for (int call = 0; call < 3; ++call) CHECK(limiter.take(std::to_string(i)));  // each says something, but little
  }
  CHECK_FALSE(limiter.take("greedy"));
  CHECK(limiter.take("new"));
}

TEST_CASE("an IPv6 network is one address, and its site a larger one") {
  ManualClock clock;
  AddressLimiter limiter(clock, {1, 2});
  CHECK(limiter.take("2001:db8:0:1::1"));
  CHECK(limiter.take("2001:db8:0:1:ffff::2"));
  CHECK_FALSE(limiter.take("2001:db8:0:1::3"));
  for (int subnet = 2; subnet <= 4; ++subnet) {
    for (int i = 0; i < 2; ++i) CHECK(limiter.take("2001:db8:0:" + std::to_string(subnet) + "::1"));
  }
  CHECK_FALSE(limiter.take("2001:db8:0:5::1"));  // the /48 had its eight
  CHECK(limiter.take("2001:db8:1:1::1"));
  for (const char* address : {"192.0.2.1", "192.0.2.2"}) CHECK((limiter.take(address) && limiter.take(address)));
  CHECK_FALSE(limiter.take("192.0.2.1"));
}

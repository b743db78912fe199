#include <doctest/doctest.h>

#include "gateway/address_gate.hpp"
#include "gateway/rate_limiter.hpp"
#include "gateway/route_table.hpp"

using namespace godwit;
using namespace godwit::gateway;

namespace {
Route route(const char* method, const char* pattern) { return {.method = method, .pattern = pattern}; }
}  // namespace

TEST_CASE("a literal segment wins over a parameter") {
  RouteTable table;
  table.add({route("GET", "/v1/users"), route("GET", "/v1/users/{key}"), route("GET", "/v1/users/me"),
             route("POST", "/v1/users"), route("GET", "/v1/c/{id}/messages")});
  CHECK(table.find("GET", "/v1/users/me")->route->pattern == "/v1/users/me");
  const auto match = table.find("GET", "/v1/users/b%6Fb");
  REQUIRE(match);
  CHECK(match->params == std::vector<std::string>{"bob"});
  CHECK(table.find("HEAD", "/v1/users"));
  CHECK(table.find("GET", "/v1/c/u:bob/messages")->params.at(0) == "u:bob");
}

TEST_CASE("unknown paths are 404, known ones with a wrong method 405 naming the right ones") {
  RouteTable table;
  table.add({route("GET", "/v1/users"), route("POST", "/v1/users"), route("GET", "/v1/users/{key}")});
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
  CHECK(wrong.error().detail == "GET, POST");
  CHECK_THROWS(table.add(route("GET", "/v1/users")));
}

TEST_CASE("a bucket empties, says when to come back, and fills again") {
  ManualClock clock;
  RateLimiter limiter(clock);
  for (int i = 0; i < 4; ++i) CHECK(limiter.take("u/alice", 2, 4));
  const auto refused = limiter.take("u/alice", 2, 4);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::rate_limited);
  CHECK(refused.error().retry_after_s == 1);
  CHECK(refused.error().limit == 4);
  CHECK(limiter.take("u/bob", 2, 4));
  clock.advance(500);
  CHECK(limiter.take("u/alice", 2, 4));
  CHECK_FALSE(limiter.take("u/alice", 2, 4));
}

TEST_CASE("the limiter's memory is bounded") {
  ManualClock clock;
  RateLimiter limiter(clock);
  for (int i = 0; i < 200'000; ++i) CHECK(limiter.take(std::to_string(i), 1, 2));
  CHECK(limiter.take("new", 1, 2));
}

TEST_CASE("connections of an address are counted, sockets by their lease") {
  AddressGate gate(2);
  CHECK(gate.admit("127.0.0.1"));
  auto lease = gate.lease("127.0.0.1");  // the connection became a socket …
  gate.release("127.0.0.1");             // … and left HTTP
  CHECK(gate.admit("127.0.0.1"));
  CHECK_FALSE(gate.admit("127.0.0.1"));
  CHECK(gate.admit("127.0.0.2"));
  lease.reset();
  CHECK(gate.admit("127.0.0.1"));
  AddressGate none(0);
  for (int i = 0; i < 10; ++i) CHECK(none.admit("127.0.0.1"));
  CHECK(none.lease("127.0.0.1") == nullptr);
}

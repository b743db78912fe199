#include "net/http/connection_gate.hpp"

#include <doctest/doctest.h>
#include <malloc.h>

#include "net/http/testing_server.hpp"

namespace godwit::net {
using namespace testing;

namespace {

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

const std::string kGet = "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n";

std::string post(std::size_t announced, std::size_t sent) {
  return "POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(announced) + "\r\n\r\n" +
         std::string(sent, 'x');
}

/// Seats without sockets: what makes room is then only counted.
struct Seats {
  explicit Seats(ConnectionGate::Settings settings) : gate(std::move(settings)) {}
  ~Seats() {
    for (auto& place : places) gate.unseat(place);
  }
  bool sit(std::string_view address) {
    auto& place = places.emplace_back(-1);
    return gate.seat(place, ip(address));
  }
  ConnectionGate gate;
  std::list<ConnectionGate::Place> places;
};

}  // namespace

TEST_CASE("connections are counted by address, IPv6 by /64 and four times as many by /48") {
  Seats seats({.per_address = 2});
  CHECK(seats.sit("192.0.2.1"));
  CHECK(seats.sit("192.0.2.1"));
  CHECK_FALSE(seats.sit("192.0.2.1"));
  CHECK(seats.sit("192.0.2.2"));
  CHECK(seats.sit("2001:db8:1:1::1"));
  CHECK(seats.sit("2001:db8:1:1::2"));
  CHECK_FALSE(seats.sit("2001:db8:1:1::3"));
  for (int subnet = 2; subnet <= 4; ++subnet) {
    for (int host = 0; host < 2; ++host)
      CHECK(seats.sit("2001:db8:1:" + std::to_string(subnet) + "::" + std::to_string(host)));
  }
  CHECK_FALSE(seats.sit("2001:db8:1:5::1"));  // the site has its eight
  CHECK(seats.sit("2001:db8:2:1::1"));
  seats.gate.unseat(seats.places.front());
  CHECK(seats.gate.inside(ip("192.0.2.1")) == 1);
  CHECK(seats.sit("192.0.2.1"));
}

TEST_CASE("a trusted proxy is not limited: it is many") {
  Seats seats({.per_address = 1, .trusted_proxies = {*IpNetwork::parse("10.0.0.0/8")}});
  for (int i = 0; i < 5; ++i) CHECK(seats.sit("10.0.0.1"));
  CHECK(seats.sit("192.0.2.1"));
  CHECK_FALSE(seats.sit("192.0.2.1"));
  CHECK(seats.gate.seat(seats.places.front(), ip("192.0.2.9")));  // and counts under whom it speaks for
  CHECK_FALSE(seats.sit("192.0.2.9"));
  CHECK(seats.gate.seat(seats.places.front(), ip("10.0.0.1")));
  CHECK(seats.sit("192.0.2.9"));
}

TEST_CASE("the longest idle makes room before anyone is refused") {
  Seats seats({.per_address = 2});
  CHECK(seats.sit("192.0.2.1"));
  CHECK(seats.sit("192.0.2.1"));
  auto& first = seats.places.front();
  auto& second = seats.places.back();
  CHECK_FALSE(seats.gate.close_longest_idle());
  seats.gate.idle(first);
  seats.gate.idle(second);
  seats.gate.busy(first);
  CHECK(seats.sit("192.0.2.1"));  // in place of the second
  CHECK_FALSE(seats.sit("192.0.2.1"));
  seats.gate.idle(first);
  CHECK(seats.sit("192.0.2.1"));  // in place of the first
  CHECK_FALSE(seats.sit("192.0.2.1"));
  CHECK(seats.gate.inside(ip("192.0.2.1")) == 2);
}

TEST_CASE("bytes under way have a bound for all and one for each address, and all come back") {
  Seats seats({.per_address = 100, .buffer_bytes = 8000});
  for (const char* address : {"192.0.2.1", "192.0.2.1", "2001:db8::1"}) CHECK(seats.sit(address));
  auto& one = seats.places.front();
  auto& other = *std::next(seats.places.begin());
  auto& elsewhere = seats.places.back();
  CHECK(seats.gate.hold(one, 900));
  CHECK(seats.gate.hold(other, 100));
  CHECK(seats.gate.hold(other, 101).error().code == Code::too_many_connections);
  CHECK(seats.gate.held() == 900);  // a refused one holds nothing
  CHECK(seats.gate.hold(elsewhere, 1000));
  CHECK(seats.gate.hold(one, 500));
  CHECK(seats.gate.hold(other, 500));
  for (int i = 0; i < 6; ++i) {
    CHECK(seats.sit("198.51.100." + std::to_string(i)));
    CHECK(seats.gate.hold(seats.places.back(), 1000));
  }
  CHECK(seats.sit("203.0.113.1"));
  CHECK(seats.gate.hold(seats.places.back(), 1).error().code == Code::unavailable);
  for (auto& place : seats.places) seats.gate.unseat(place);
  CHECK(seats.gate.held() == 0);
}

TEST_CASE("a full address: the idle connection ends, a busy one stays, and then it is 429") {
  TestServer server({}, {.per_address = 2});
  Peer idle = server.connect();
  idle.write(kGet);
  CHECK(idle.read_answer().contains(" 200 "));
  Peer busy = server.connect();
  busy.write("GET /hang HTTP/1.1\r\nHost: a\r\n\r\n");
  REQUIRE(eventually([&] { return server.hung() == 1; }));
  Peer third = server.connect();
  third.write(kGet);
  CHECK(third.read_answer().contains(" 200 "));
  CHECK(idle.ended());
  third.write("GET /hang HTTP/1.1\r\nHost: a\r\n\r\n");
  REQUIRE(eventually([&] { return server.hung() == 2; }));
  CHECK(server.connect().read_to_end().starts_with("HTTP/1.1 429 "));
  CHECK(server.inside() == 2);
  server.release_hung();
  CHECK(busy.read_answer().contains(" 200 "));
}

TEST_CASE("a full process: the longest idle connection ends, and where none is idle it is 503") {
  TestServer server({}, {.connections = 1});
  Peer first = server.connect();
  first.write(kGet);
  CHECK(first.read_answer().contains(" 200 "));
  Peer second = server.connect();
  second.write("GET /hang HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(first.ended());
  REQUIRE(eventually([&] { return server.hung() == 1; }));
  CHECK(server.connect().read_to_end().starts_with("HTTP/1.1 503 "));
  server.release_hung();
}

TEST_CASE("half-sent bodies meet the budget, and give back what they took") {
  TestServer server({}, {.connections = 100, .per_address = 100, .buffer_bytes = 800'000});
  std::vector<Peer> halves;
  for (int i = 0; i < 3; ++i) {
    halves.push_back(server.connect());
    halves.back().write(post(60'000, 30'000));
  }
  CHECK(eventually([&] { return server.gate.held() >= 90'000; }));
  Peer one_more = server.connect();
  one_more.write(post(60'000, 30'000));
  CHECK(one_more.read_to_end().starts_with("HTTP/1.1 429 "));
  Peer small = server.connect();
  small.write(post(100, 100));
  CHECK(small.read_answer().contains(" 200 "));
  halves.clear();
  CHECK(eventually([&] { return server.gate.held() == 0; }));
  Peer whole = server.connect();
  whole.write(post(60'000, 60'000));
  CHECK(whole.read_answer().contains(" 200 "));
  CHECK(eventually([&] { return server.gate.held() == 0; }));
}

TEST_CASE("what was refused keeps no memory while its client lingers") {
  TestServer server({}, {.connections = 1000, .buffer_bytes = 1 << 20});
  const auto in_use = [] {
    const auto now = ::mallinfo2();
    return now.uordblks + now.hblkhd;
  };
  const auto before = in_use();
  std::vector<Peer> peers;
  for (int i = 0; i < 300; ++i) {
    peers.push_back(server.connect());
    peers.back().write(post(60'000, 59'000));
  }
  CHECK(peers.back().read_until("\r\n\r\n").starts_with("HTTP/1.1 503 "));
  REQUIRE(server->connections() > 200);  // most of them refused, and still there
  CHECK(in_use() - before < 6'000'000);  // of 17.7 MB
}

TEST_CASE("what is announced and not sent takes no memory") {
  TestServer server({}, {.per_address = 100, .buffer_bytes = 800'000});
  std::vector<Peer> peers;
  for (int i = 0; i < 11; ++i) {
    peers.push_back(server.connect());
    peers.back().write(post(60'000, 1));
  }
  CHECK(eventually([&] { return server->connections() == 11; }));
  CHECK(server.gate.held() <= 11 * 8300);
}

TEST_CASE("answers that nobody takes meet the budget: the next one is refused and the connection stays") {
  TestServer server({}, {.buffer_bytes = 10'000'000});
  Peer reads_nothing = server.connect();
  reads_nothing.write("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(eventually([&] { return server.gate.held() == 8'000'000; }));
  Peer other = server.connect();
  other.write("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(other.read_answer().starts_with("HTTP/1.1 503 "));
  other.write(kGet);
  CHECK(other.read_answer().contains(" 200 "));
  reads_nothing.close();
  CHECK(eventually([&] { return server.gate.held() == 0; }));
}

}  // namespace godwit::net

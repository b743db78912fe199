#include <doctest/doctest.h>
#include <sys/resource.h>

#include "net/http/testing_server.hpp"

// Deadlines, draining and destruction of the HTTP server.

namespace godwit::net {
using namespace testing;

namespace {

using Clock = std::chrono::steady_clock;

constexpr HttpLimits kShort{.head_deadline = 100ms, .body_deadline = 150ms, .idle = 200ms};

}  // namespace

TEST_CASE("a head that does not end in time is a 408, however busily it trickles") {
  TestServer server(kShort);
  Peer peer = server.connect();
  const auto start = Clock::now();
  peer.write("GET / HTTP/1.1\r\n");
  while (Clock::now() - start < 300ms && peer.write("X: y\r\n")) {
    if (peer.fill(10ms)) break;
  }
  CHECK(Clock::now() - start < 300ms);
  const std::string answer = peer.read_to_end();
  CHECK(answer.starts_with("HTTP/1.1 408 "));
  CHECK(answer.ends_with("request_timeout"));
}

TEST_CASE("a body that does not end in time is a 408") {
  TestServer server(kShort);
  Peer peer = server.connect();
  peer.write("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n123");
  const auto start = Clock::now();
  CHECK(peer.read_to_end().starts_with("HTTP/1.1 408 "));
  CHECK(Clock::now() - start >= 140ms);
}

TEST_CASE("silence is closed in silence: at once the head deadline, after an answer the idle one") {
  TestServer server(kShort);
  auto start = Clock::now();
  Peer silent = server.connect();
  CHECK(silent.read_to_end().empty());
  CHECK(silent.ended());
  CHECK(Clock::now() - start < 1s);
  Peer idle = server.connect();
  idle.write("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(idle.read_answer().contains(" 200 "));
  start = Clock::now();
  CHECK(idle.read_to_end().empty());
  CHECK(Clock::now() - start >= 150ms);
}

TEST_CASE("a client that does not read its answer is cut") {
  TestServer server(kShort);
  Peer peer = server.connect();
  for (int i = 0; i < 4; ++i) peer.write("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(eventually([&] { return server->connections() == 1; }));
  // 150 ms for an answer of any size, and 8 KiB/s on top would be far longer than we wait here: so only that it is
  // bounded.
  peer.close();
  CHECK(eventually([&] { return server->connections() == 0; }));
}

TEST_CASE("an answer of which nothing is taken ends its connection, however long a whole one may take") {
  TestServer server({.body_deadline = 60s, .idle = 60s, .progress = 100ms});
  Peer peer = server.connect();
  peer.write("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(eventually([&] { return server->connections() == 1; }));
  CHECK(eventually([&] { return server->connections() == 0; }));
  Peer slow = server.connect();
  slow.write("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  for (int i = 0; i < 10; ++i) {
    CHECK(slow.read_exactly(100'000).size() == 100'000);
    std::this_thread::sleep_for(30ms);  // in all three times the deadline
  }
  CHECK(slow.read_to_end(50ms).size() > 6'900'000);
}

TEST_CASE("a handler may take longer than any deadline") {
  TestServer server({.head_deadline = 10ms, .body_deadline = 10ms, .idle = 10ms});
  Peer peer = server.connect();
  peer.write("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(peer.read_answer().contains(" 200 "));
}

TEST_CASE("drain closes idle connections, lets busy ones finish, and takes no new ones") {
  TestServer server;
  Peer idle = server.connect();
  idle.write("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(idle.read_answer().contains(" 200 "));
  Peer busy = server.connect();
  busy.write("GET /hang HTTP/1.1\r\nHost: a\r\n\r\nGET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
  REQUIRE(eventually([&] { return server.hung() == 1; }));
  server->drain();
  CHECK(idle.ended());
  CHECK(eventually([&] { return server.connect().fd() == -1; }));
  CHECK(eventually([&] { return server->connections() == 1; }));
  server.release_hung();
  const std::string answer = busy.read_to_end();
  CHECK(answer.contains("Connection: close\r\n"));
  CHECK(answer.ends_with("GET /hang?"));  // what was pipelined after it is not answered
  busy.close();
  CHECK(eventually([&] { return server->connections() == 0; }));
}

TEST_CASE("a server may be destroyed with connections in every state") {
  TestServer server;
  std::vector<Peer> peers;
  for (int i = 0; i < 5; ++i) peers.push_back(server.connect());
  peers[1].write("GET / HT");
  peers[2].write("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n123");
  peers[3].write("GET /hang HTTP/1.1\r\nHost: a\r\n\r\n");
  peers[4].write("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  REQUIRE(eventually([&] { return server.hung() == 1 && server->connections() == 5; }));
  server.destroy();
  for (const int i : {0, 1, 2}) CHECK(peers[static_cast<std::size_t>(i)].ended());
  server.release_hung();                        // its handler comes back to a server that is gone
  CHECK(peers[3].read_to_end().empty());
}

TEST_CASE("for want of descriptors the idle make room, and who cannot be taken waits") {
  TestServer server;
  rlimit old{};
  ::getrlimit(RLIMIT_NOFILE, &old);
  Peer idle = server.connect();
  idle.write("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(idle.read_answer().contains(" 200 "));
  const int probe = ::dup(0);
  ::close(probe);
  const rlimit tight{.rlim_cur = static_cast<rlim_t>(probe + 1), .rlim_max = old.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &tight) == 0);
  Peer first = server.connect();  // takes the last one: the server has none for its side
  first.write("GET /hang HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(idle.ended());
  REQUIRE(eventually([&] { return server.hung() == 1; }));
  idle.close();
  Peer second = server.connect();
  second.write("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK_FALSE(second.fill(150ms));  // nobody is idle
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &old) == 0);
  CHECK(second.read_answer().contains(" 200 "));
  server.release_hung();
  CHECK(first.read_answer().contains(" 200 "));
}

}  // namespace godwit::net

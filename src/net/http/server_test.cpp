#include "net/http/server.hpp"

#include <doctest/doctest.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <netinet/tcp.h>

#include <atomic>
#include <set>

#include "net/http/testing_server.hpp"

namespace godwit::net {
using namespace testing;

TEST_CASE("requests are answered in order over one connection") {
  TestServer server;
  Peer peer = server.connect();
  for (int i = 0; i < 3; ++i) {
    peer.write("GET /echo?" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string answer = peer.read_answer();
    CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(answer.ends_with("GET /echo?" + std::to_string(i)));
  }
  CHECK(server->connections() == 1);
}

TEST_CASE("pipelined requests are answered one after the other, slow ones first where they came first") {
  TestServer server;
  Peer peer = server.connect();
  std::string requests;
  for (int i = 0; i < 200; ++i) {
    requests +=
        "GET /" + std::string(i % 50 == 0 ? "slow" : "echo") + "?" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }
  peer.write(requests);
  for (int i = 0; i < 200; ++i) CHECK(peer.read_answer().ends_with("?" + std::to_string(i)));
}

TEST_CASE("bodies arrive whole, however they are cut") {
  TestServer server;
  Peer peer = server.connect();
  const std::string body(60'000, 'b');
  const std::string request = "POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n" + body;
  for (std::size_t at = 0; at < request.size(); at += 7001) {
    peer.write(std::string_view(request).substr(at, 7001));
    std::this_thread::sleep_for(1ms);
  }
  CHECK(peer.read_answer().ends_with(body));
  peer.write("POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
  CHECK(peer.read_answer().ends_with("\r\n\r\nabc"));
}

TEST_CASE("an answer larger than the socket takes leaves in pieces") {
  TestServer server;
  Peer peer = server.connect();
  peer.write("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  std::this_thread::sleep_for(20ms);
  CHECK(peer.read_answer().size() > 8'000'000);
  peer.write("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(peer.read_answer().ends_with("GET /echo?"));
}

TEST_CASE("HEAD gets the head of GET") {
  TestServer server;
  Peer peer = server.connect();
  peer.write("HEAD /echo?x HTTP/1.1\r\nHost: a\r\n\r\nGET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string head = peer.read_until("\r\n\r\n");
  CHECK(head.contains("Content-Length: 11\r\n"));
  CHECK(peer.read_answer().ends_with("GET /echo?"));
}

TEST_CASE("a client that asks first is told to go on, or gets its refusal") {
  TestServer server;
  Peer peer = server.connect();
  peer.write("POST /body HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK(peer.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  peer.write("ok");
  CHECK(peer.read_answer().ends_with("\r\n\r\nok"));
  peer.write("POST /body HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 100000000\r\n\r\n");
  CHECK(peer.read_answer().starts_with("HTTP/1.1 413 "));
}

TEST_CASE("the connection closes where the client asks for it, and with HTTP/1.0 unless it asks not to") {
  TestServer server;
  for (const std::string_view request :
       {"GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "GET /echo HTTP/1.0\r\nHost: a\r\n\r\n",
        "GET /close HTTP/1.1\r\nHost: a\r\n\r\n"}) {
    Peer peer = server.connect();
    peer.write(request);
    CHECK(peer.read_to_end().contains("Connection: close\r\n"));
    CHECK(peer.ended());
  }
  Peer old = server.connect();
  old.write("GET /echo HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
  CHECK(old.read_answer().contains("Connection: keep-alive\r\n"));
  old.write("GET /echo HTTP/1.0\r\nHost: a\r\n\r\n");
  CHECK(old.read_answer().contains("Connection: close\r\n"));
}

TEST_CASE("a client that shuts down its side after its request gets the answer") {
  TestServer server;
  Peer peer = server.connect();
  peer.write("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  ::shutdown(peer.fd(), SHUT_WR);
  CHECK(peer.read_to_end().ends_with("GET /slow?"));
  CHECK(eventually([&] { return server->connections() == 0; }));
}

TEST_CASE("what is no request is refused, and the connection closed after the answer") {
  TestServer server;
  const std::vector<std::pair<std::string, std::string_view>> refused{
      {"GET / HTTP/1.1\r\n\r\n", "400 malformed_request"},
      {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", "505 http_version_not_supported"},
      {"rubbish\n", "400 malformed_request"},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", "400 malformed_request"},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       "400 malformed_request"},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400 malformed_request"},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n" + std::string(70000, 'x'), "413 body_too_large"},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n" + std::string(0x20000, 'x'),
       "413 body_too_large"},
      {"GET /" + std::string(20'000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", "431 headers_too_large"},
  };
  for (const auto& [request, expected] : refused) {
    CAPTURE(expected);
    Peer peer = server.connect();
    peer.write(request);
    const std::string answer = peer.read_to_end();
    CHECK(answer.starts_with("HTTP/1.1 " + std::string(expected.substr(0, 3))));
    CHECK(answer.contains("Connection: close\r\n"));
    CHECK(answer.ends_with(expected.substr(4)));
    CHECK(peer.ended());
  }
  CHECK(eventually([&] { return server->connections() == 0; }));
}

TEST_CASE("a client that is still sending when it is refused is not reset") {
  TestServer server;
  Peer peer = server.connect();
  peer.write("rubbish\n");
  CHECK(peer.read_to_end().contains(" 400 "));
  for (int i = 0; i < 5; ++i) {
    CHECK(peer.write("more of it\n"));
    std::this_thread::sleep_for(5ms);
  }
  CHECK(server->connections() == 1);
  peer.close();
  CHECK(eventually([&] { return server->connections() == 0; }));
}

TEST_CASE("a handler that throws is a 500") {
  TestServer server;
  Peer peer = server.connect();
  peer.write("GET /throw HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(peer.read_to_end().starts_with("HTTP/1.1 500 "));
}

TEST_CASE("a 101 hands the socket over, with what came early") {
  std::string early;
  std::atomic<int> fd = -1;
  TestServer server;
  server.on_upgrade = [&](RawSocket socket) {
    early = std::move(socket.early);
    socket.loop->post([&fd, taken = socket.fd] { fd = taken; });
  };
  Peer peer = server.connect();
  peer.write("GET /upgrade HTTP/1.1\r\nHost: a\r\n\r\nearly bytes");
  CHECK(peer.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 Switching Protocols\r\n"));
  REQUIRE(eventually([&] { return fd != -1; }));
  CHECK(early == "early bytes");
  CHECK(eventually([&] { return server->connections() == 0; }));
  CHECK(server.gate.connections() == 0);
  int nodelay = 0;
  socklen_t size = sizeof nodelay;
  ::getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &nodelay, &size);
  CHECK(nodelay != 0);
  int not_sent = 0;
  ::getsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &not_sent, &size);
  CHECK(not_sent == 32 * 1024);
  const std::string much(64 * 1024, 'x');
  while (::send(fd, much.data(), much.size(), MSG_NOSIGNAL) > 0) {
  }
  int unsent = 0;  // what the client's kernel took is the client's; what waits in ours has a bound
  REQUIRE(::ioctl(fd, SIOCOUTQNSD, &unsent) == 0);
  CHECK(unsent <= 3 * 32 * 1024);
  CHECK(Peer(fd).fd() == fd);
}

TEST_CASE("a port that is taken without sharing is named in the error") {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(fd, 1) == 0);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  const std::uint16_t port = ntohs(address.sin_port);
  EventLoop loop("test");
  Log log;
  ConnectionGate gate({});
  HttpServer server(loop, {.port = port}, {}, gate, log);
  const auto opened = server.open();
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().detail == "cannot listen on 127.0.0.1:" + std::to_string(port) + ": Address already in use");
  ::close(fd);
}

TEST_CASE("two servers of one gate share the port and the count") {
  LoopThread first_loop, second_loop;
  Log log;
  HttpServer::Settings settings{.port = 0};
  const Handler handler = [](Request& request) -> Task<Response> {
    co_return Response{.body = request.loop == 0 ? "0" : "1"};
  };
  ConnectionGate gate({});
  HttpServer first(first_loop.loop, settings, {.handle = handler, .refuse = refuse}, gate, log);
  REQUIRE(first.open().has_value());
  settings.port = first.port();
  HttpServer second(second_loop.loop, settings, {.handle = handler, .refuse = refuse}, gate, log);
  REQUIRE(second.open().has_value());
  first.start();
  second.start();
  std::vector<Peer> peers;
  for (int i = 0; i < 40; ++i) {
    peers.push_back(connect_to(first.port()));
    peers.back().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(peers.back().read_answer().contains(" 200 "));
  }
  CHECK(first.connections() > 0);
  CHECK(second.connections() > 0);
  CHECK(gate.connections() == 40);
}

}  // namespace godwit::net

namespace godwit::net {
using namespace testing;

namespace {

const std::vector<IpNetwork> kLoopback{*IpNetwork::parse("127.0.0.0/8")};

std::string seen_by(TestServer& server, std::string_view bytes) {
  Peer peer = server.connect();
  peer.write(bytes);
  return peer.read_answer();
}

}  // namespace

TEST_CASE("a trusted proxy names the client, in a header or before the request; others are not believed") {
  TestServer trusting({}, {.per_address = 100, .trusted_proxies = kLoopback});
  const std::string header = "GET /who HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.5\r\n\r\n";
  const std::string who = "GET /who HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string line = "PROXY TCP4 203.0.113.6 127.0.0.1 1 2\r\n";
  CHECK(seen_by(trusting, header).ends_with("203.0.113.5"));
  CHECK(seen_by(trusting, who).ends_with("127.0.0.1"));
  CHECK(seen_by(trusting, line + who).ends_with("203.0.113.6"));
  CHECK(seen_by(trusting, line + header).ends_with("203.0.113.6"));  // that one is no proxy
  CHECK(seen_by(trusting, "PROXY TCP4 127.0.0.9 127.0.0.1 1 2\r\n" + header).ends_with("203.0.113.5"));
  CHECK(seen_by(trusting, "PROXY UNKNOWN\r\n" + who).ends_with("127.0.0.1"));
  CHECK(seen_by(trusting, "PROXY TCP4 nonsense\r\n" + who).starts_with("HTTP/1.1 400 "));
  TestServer strict({}, {.per_address = 100});
  CHECK(seen_by(strict, header).ends_with("127.0.0.1"));
  CHECK(seen_by(strict, line + who).starts_with("HTTP/1.1 400 "));
}

TEST_CASE("a PROXY header may come in pieces, and requests follow on the same connection") {
  TestServer server({}, {.per_address = 100, .trusted_proxies = kLoopback});
  Peer peer = server.connect();
  for (const char c : std::string_view("PROXY TCP6 2001:db8::7 ::1 1 2\r\nGET /who HT")) {
    peer.write({&c, 1});
    std::this_thread::sleep_for(1ms);
  }
  peer.write("TP/1.1\r\nHost: a\r\n\r\nGET /who HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(peer.read_answer().ends_with("2001:db8::7"));
  CHECK(peer.read_answer().ends_with("2001:db8::7"));
  CHECK(server.gate.inside(*IpAddress::parse("2001:db8::9")) == 1);  // the same /64
}

TEST_CASE("behind a proxy each request counts for its client while it is under way") {
  TestServer server({}, {.per_address = 1, .trusted_proxies = kLoopback});
  const std::string hang = "GET /hang HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.5\r\n\r\n";
  Peer first = server.connect();
  first.write(hang);
  REQUIRE(eventually([&] { return server.hung() == 1; }));
  CHECK(server.gate.inside(*IpAddress::parse("203.0.113.5")) == 1);
  CHECK(seen_by(server, hang).starts_with("HTTP/1.1 429 "));
  CHECK(
      seen_by(server, "GET /who HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.6\r\n\r\n").ends_with("203.0.113.6"));
  server.release_hung();
  CHECK(first.read_answer().contains(" 200 "));
  CHECK(eventually([&] { return server.gate.inside(*IpAddress::parse("203.0.113.5")) == 0; }));
}

TEST_CASE("a body whose head is refused is not asked for") {
  TestServer server;
  const std::string rest = " HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
  Peer wanted = server.connect();
  wanted.write("POST /body" + rest);
  CHECK(wanted.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  wanted.write("ok");
  CHECK(wanted.read_answer().ends_with("ok"));
  Peer unwanted = server.connect();
  unwanted.write("POST /unwanted" + rest);
  CHECK(unwanted.read_to_end().starts_with("HTTP/1.1 401 "));
}

TEST_CASE("whatever a handler throws is a 500 and the end of that connection") {
  TestServer server;
  CHECK(seen_by(server, "GET /throw-a-number HTTP/1.1\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1 500 "));
  CHECK(seen_by(server, "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n").contains(" 200 "));
}

}  // namespace godwit::net

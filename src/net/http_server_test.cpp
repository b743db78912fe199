#include "net/http_server.hpp"

#include <doctest/doctest.h>
#include <netinet/tcp.h>

#include <atomic>
#include <set>

#include "net/http_test_server.hpp"

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
    requests += "GET /" + std::string(i % 50 == 0 ? "slow" : "echo") + "?" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
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
  for (const std::string_view request : {"GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "GET /echo HTTP/1.0\r\nHost: a\r\n\r\n",
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

TEST_CASE("a client that shuts down its side behind its request gets the answer") {
  TestServer server;
  Peer peer = server.connect();
  peer.write("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  ::shutdown(peer.fd(), SHUT_WR);
  CHECK(peer.read_to_end().ends_with("GET /slow?"));
  CHECK(eventually([&] { return server->connections() == 0; }));
}

TEST_CASE("what is no request is refused, and the connection closed behind the answer") {
  TestServer server;
  const std::vector<std::pair<std::string, std::string_view>> refused{
      {"GET / HTTP/1.1\r\n\r\n", "400 malformed_request"},
      {"GET / HTTP/1.0\r\n\r\n", "400 malformed_request"},
      {"rubbish\n", "400 malformed_request"},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", "400 malformed_request"},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400 malformed_request"},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400 malformed_request"},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n" + std::string(70000, 'x'), "413 body_too_large"},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n" + std::string(0x20000, 'x'), "413 body_too_large"},
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
  CHECK(server.gate.inside("127.0.0.1") == 0);
  int nodelay = 0;
  socklen_t size = sizeof nodelay;
  ::getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &nodelay, &size);
  CHECK(nodelay != 0);
  CHECK(Peer(fd).write("x"));
}

TEST_CASE("the gate refuses with 429, and gets every place back") {
  TestServer server;
  server.gate.places = 2;
  Peer first = server.connect();
  Peer second = server.connect();
  first.write("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
  second.write("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(first.read_answer().contains(" 200 "));
  CHECK(second.read_answer().contains(" 200 "));
  Peer third = server.connect();
  third.write("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(third.read_to_end().starts_with("HTTP/1.1 429 "));
  CHECK(server.gate.inside("127.0.0.1") == 2);
  first.close();
  CHECK(eventually([&] { return server.gate.inside("127.0.0.1") == 1; }));
  Peer fourth = server.connect();
  fourth.write("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(fourth.read_answer().contains(" 200 "));
}

TEST_CASE("connections above the limit are refused with 503") {
  TestServer server({.connections = 1});
  Peer first = server.connect();
  first.write("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(first.read_answer().contains(" 200 "));
  CHECK(server.connect().read_to_end().starts_with("HTTP/1.1 503 "));
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
  HttpServer server(loop, {.port = port}, {}, {}, nullptr, log);
  const auto opened = server.open();
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().detail == "cannot listen on 127.0.0.1:" + std::to_string(port) + ": Address already in use");
  ::close(fd);
}

TEST_CASE("two servers of one settings object share the port and the count") {
  LoopThread first_loop, second_loop;
  Log log;
  HttpServer::Settings settings{.port = 0};
  const Handler handler = [](Request& request) -> Task<Response> { co_return Response{.body = request.loop->index() == 0 ? "0" : "1"}; };
  HttpServer first(first_loop.loop, settings, handler, refuse, nullptr, log);
  REQUIRE(first.open().has_value());
  settings.port = first.port();
  HttpServer second(second_loop.loop, settings, handler, refuse, nullptr, log);
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
  CHECK(*settings.open_in_process == 40);
}

}  // namespace godwit::net

#include "net/client/http_client.hpp"

#include <doctest/doctest.h>

#include "net/http/testing_server.hpp"

namespace godwit::net {
using namespace testing;

TEST_CASE("the client talks to the server over one connection") {
  TestServer server;
  HttpClient client("127.0.0.1", std::to_string(server.port()));
  for (int i = 0; i < 3; ++i) {
    const auto got = client.call("GET", "/echo?x=" + std::to_string(i));
    REQUIRE(got.has_value());
    CHECK(got->status == 200);
    CHECK(got->body == "GET /echo?x=" + std::to_string(i));
    CHECK(got->header("content-type") == "application/json");
    CHECK(got->header("absent").empty());
  }
  CHECK(client.call("POST", "/body", std::string(50'000, 'b'))->body.size() == 50'000);
  CHECK(client.call("HEAD", "/echo")->body.empty());
  CHECK(client.call("GET", "/large")->body.size() == 8'000'000);
  CHECK(client.call("POST", "/body")->status == 200);
  CHECK(server->connections() == 1);
}

TEST_CASE("a connection that the server closed is opened again") {
  TestServer server({.idle = 20ms});
  HttpClient client("127.0.0.1", std::to_string(server.port()));
  CHECK(client.call("POST", "/body", "1").has_value());
  CHECK(eventually([&] { return server->connections() == 0; }));
  CHECK(client.call("POST", "/body", "2")->body == "2");
  CHECK(client.call("GET", "/close")->header("connection") == "close");
  CHECK(client.call("POST", "/body", "3")->body == "3");
}

TEST_CASE("a server that cannot be reached, or does not answer, is unavailable") {
  HttpClient nowhere("127.0.0.1", "1", 500ms);
  const auto refused = nowhere.call("GET", "/");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Code::unavailable);
  CHECK(refused.error().detail == "no answer from 127.0.0.1:1: Connection refused");

  TestServer server;
  HttpClient impatient("127.0.0.1", std::to_string(server.port()), 50ms);
  const auto start = std::chrono::steady_clock::now();
  CHECK(impatient.call("GET", "/hang").error().code == Code::unavailable);
  CHECK(std::chrono::steady_clock::now() - start < 2s);
  server.release_hung();
}

TEST_CASE("what is said twice is only what may be said twice") {
  // A server that closes without an answer, once the connection was used.
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(listener, 8) == 0);
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  std::atomic<int> heard = 0;
  std::thread server([&] {
    while (true) {
      const int fd = ::accept(listener, nullptr, nullptr);
      if (fd < 0) return;
      Peer peer(fd);
      for (int i = 0; peer.read_until("\r\n\r\n").ends_with("\r\n\r\n"); ++i) {
        ++heard;
        if (i == 1) break;
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      }
    }
  });
  HttpClient client("127.0.0.1", std::to_string(ntohs(address.sin_port)));
  CHECK(client.call("GET", "/").has_value());
  CHECK(client.call("GET", "/").has_value());  // lost, and repeated on a new connection
  CHECK(heard == 3);
  CHECK_FALSE(client.call("POST", "/").has_value());  // lost, and not repeated
  CHECK(heard == 4);
  ::shutdown(listener, SHUT_RDWR);
  server.join();
  ::close(listener);
}

}  // namespace godwit::net

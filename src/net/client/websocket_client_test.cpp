#include <doctest/doctest.h>

#include "net/websocket/testing_channel.hpp"
#include "net/client/http_client.hpp"
#include "net/http/testing_server.hpp"
#include "net/websocket/handshake.hpp"

// The client against server, handshake and channel: the whole way.

namespace godwit::net {
using namespace testing;

namespace {

/// GET /ws with "Authorization: good" becomes an echoing channel; "close" closes it with 4502.
class EchoServer {
 public:
  EchoServer() {
    thread.loop.call(
        [this] { host_ = std::make_unique<ChannelHost>(thread.loop, ChannelSettings{.queue_bytes = 8 << 20}); });
    server_ = std::make_unique<HttpServer>(
        thread.loop, HttpServer::Settings{.port = 0},
        HttpHandlers{.handle = [this](Request& request) { return handle(request); }, .refuse = refuse}, gate_, log_);
    if (!server_->open()) throw std::runtime_error("no port");
    server_->start();
  }
  ~EchoServer() {
    server_.reset();
    thread.loop.call([this] {
      channels.clear();
      host_.reset();
    });
  }
  [[nodiscard]] Url url() const {
    return {.host = "127.0.0.1", .port = std::to_string(server_->port()), .path = "/ws"};
  }

  LoopThread thread;
  std::vector<std::unique_ptr<TestChannel>> channels;

 private:
  Task<Response> handle(Request& request) {
    if (request.header("authorization") == "other") co_return refuse({.code = Code::origin_not_allowed});
    if (request.header("authorization") != "good") co_return refuse({.code = Code::unauthenticated});
    const auto handshake = websocket_handshake(request);
    if (!handshake) co_return refuse(handshake.error());
    Response response{.status = 101};
    response.headers.push_back({"Sec-WebSocket-Accept", handshake->accept});
    response.take_over = [this](RawSocket socket) { open(std::move(socket)); };
    co_return response;
  }
  void open(RawSocket socket) {
    auto& channel = *channels.emplace_back(std::make_unique<TestChannel>());
    channel.when_message = [&channel](std::string_view text, bool) {
      if (text == "close") return channel.close(4502, "ended");
      channel.send(SharedFrame::text(text));
    };
    channel.open(*host_, std::move(socket));
    channel.send(SharedFrame::text("welcome"));
  }

  Log log_{2, Level::error};
  std::unique_ptr<ChannelHost> host_;
  ConnectionGate gate_{{}};
  std::unique_ptr<HttpServer> server_;
};

}  // namespace

TEST_CASE("a WebSocket from handshake to close, by the client") {
  EchoServer server;
  WebSocketClient client;
  REQUIRE(client.connect(server.url(), {{"Authorization", "good"}}).has_value());
  CHECK(client.read() == "welcome");
  for (const std::size_t size : {0UL, 5UL, 126UL, 65'536UL}) {
    const std::string text(size, 'x');
    REQUIRE(client.send(text).has_value());
    CHECK(client.read() == text);
  }
  client.close();
  CHECK_FALSE(client.read().has_value());
  CHECK_FALSE(client.send("late").has_value());
  CHECK(eventually([&] { return server.channels[0]->noted("closed 1000"); }));
}

TEST_CASE("a close by the server comes with its code and reason") {
  EchoServer server;
  WebSocketClient client;
  REQUIRE(client.connect(server.url(), {{"Authorization", "good"}}).has_value());
  CHECK(client.read() == "welcome");
  REQUIRE(client.send("close").has_value());
  CHECK_FALSE(client.read().has_value());
  CHECK(client.close_code() == 4502);
  CHECK(client.close_reason() == "ended");
  CHECK(eventually([&] { return server.channels[0]->noted("closed 4502"); }));
  REQUIRE(client.connect(server.url(), {{"Authorization", "good"}}).has_value());  // and again
  CHECK(client.read() == "welcome");
}

TEST_CASE("refusals are told apart") {
  EchoServer server;
  WebSocketClient client;
  CHECK(client.connect(server.url(), {}).error().code == Code::unauthenticated);
  CHECK(client.connect(server.url(), {{"Authorization", "other"}}).error().code == Code::origin_not_allowed);
  CHECK(client.connect({.host = "127.0.0.1", .port = "1", .path = "/"}, {}).error().code == Code::unavailable);
  CHECK_FALSE(client.read().has_value());
  CHECK_FALSE(client.send("x").has_value());
}

TEST_CASE("close interrupts a read on another thread") {
  EchoServer server;
  WebSocketClient client;
  REQUIRE(client.connect(server.url(), {{"Authorization", "good"}}).has_value());
  CHECK(client.read() == "welcome");
  std::thread closer([&] {
    std::this_thread::sleep_for(20ms);
    client.close();
  });
  const auto start = std::chrono::steady_clock::now();
  CHECK_FALSE(client.read().has_value());
  CHECK(std::chrono::steady_clock::now() - start < 2s);
  closer.join();
}

TEST_CASE("a reader that lags holds the sender back, and loses nothing") {
  EchoServer server;
  WebSocketClient client;
  REQUIRE(client.connect(server.url(), {{"Authorization", "good"}}).has_value());
  CHECK(client.read() == "welcome");
  server.thread.loop.call([&] {
    for (int i = 0; i < 5000; ++i) server.channels[0]->send(SharedFrame::text(std::to_string(i)));
  });
  for (int i = 0; i < 5000; ++i) REQUIRE(client.read() == std::to_string(i));
}

TEST_CASE("a client that goes without a word is 1006") {
  EchoServer server;
  {
    WebSocketClient client;
    REQUIRE(client.connect(server.url(), {{"Authorization", "good"}}).has_value());
    CHECK(client.read() == "welcome");
  }
  CHECK(eventually([&] { return server.channels[0]->noted("closed 1006"); }));
}

}  // namespace godwit::net

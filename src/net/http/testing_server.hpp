#pragma once
#include <map>
#include <mutex>
#include <stdexcept>

#include "net/http/server.hpp"
#include "net/loop/testing_loop.hpp"
#include "net/loop/testing_peer.hpp"

namespace godwit::net::testing {

/// "<code name>" as the body.
inline Response refuse(const Error& error) {
  Response response{.status = info(error.code).status, .content_type = "text/plain"};
  response.body = info(error.code).name;
  return response;
}

/// A server on a free port and a loop of its own. /echo says what was asked, /slow the same after 20 ms, /body sends
/// the body back, /who the client's address, /large 8 MB, /close closes, /throw throws, /unwanted is refused by its
/// head, /hang waits for `release_hung`, /upgrade leaves HTTP.
class TestServer {
 public:
  explicit TestServer(HttpLimits limits = {}, ConnectionGate::Settings gate_settings = {})
      : gate(std::move(gate_settings)),
        server_(std::make_unique<HttpServer>(
            thread.loop, HttpServer::Settings{.port = 0, .limits = limits},
            HttpHandlers{.handle = [this](Request& request) { return handle(request); }, .refuse = refuse,
                         .check_head = [](Request& request) -> Task<Response> {
                           co_return Response{.status = request.path == "/unwanted" ? 401 : 100};
                         }},
            gate, log_)) {
    if (!server_->open()) throw std::runtime_error("no port");
    port_ = server_->port();
    server_->start();
  }
  ~TestServer() { server_.reset(); }

  [[nodiscard]] Peer connect() const { return connect_to(port_); }
  HttpServer* operator->() { return server_.get(); }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  void destroy() { server_.reset(); }
  void release_hung() {
    thread.loop.call([this] {
      for (auto& done : std::exchange(hung_, {})) done(true);
    });
  }
  [[nodiscard]] std::size_t hung() {
    std::size_t count = 0;
    thread.loop.call([&] { count = hung_.size(); });
    return count;
  }

  /// Of those that come from 127.0.0.1.
  [[nodiscard]] std::size_t inside() { return gate.inside(*IpAddress::parse("127.0.0.1")); }

  ConnectionGate gate;
  std::function<void(RawSocket)> on_upgrade;

 private:
  Task<Response> handle(Request& request) {
    if (request.body_too_large) co_return refuse({.code = Code::body_too_large});
    if (request.path == "/slow") co_await sleep_for(thread.loop, 20ms);
    if (request.path == "/throw-a-number") throw 7;
    if (request.path == "/who") co_return Response{.body = request.peer};
    if (request.path == "/throw") throw std::runtime_error("oops");
    if (request.path == "/hang") {
      co_await completion<bool>([this](auto done) { hung_.emplace_back(std::move(done)); });
    }
    if (request.path == "/large") co_return Response{.body = std::string(8'000'000, 'x')};
    if (request.path == "/body") co_return Response{.body = std::move(request.body)};
    Response response{.body = request.method + " " + request.path + "?" + request.query};
    if (request.path == "/close") response.close = true;
    if (request.path == "/upgrade") {
      response.status = 101;
      response.take_over = [this](RawSocket socket) { on_upgrade(std::move(socket)); };
    }
    co_return response;
  }

  Log log_{2, Level::error};
  std::vector<std::function<void(bool)>> hung_;
  LoopThread thread;
  std::unique_ptr<HttpServer> server_;
  std::uint16_t port_ = 0;
};

}  // namespace godwit::net::testing

#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "net/http/connection_gate.hpp"
#include "net/loop/event_loop.hpp"
#include "net/http/http.hpp"

namespace godwit::net {

struct HttpLimits {
  std::size_t head_bytes = 16 * 1024;      ///< request line and headers together; above: 431
  std::size_t body_bytes = 64 * 1024;      ///< above: 413, announced or not
  std::chrono::milliseconds head_deadline{10'000};  ///< from the first byte to the end of the head; then 408 and close
  std::chrono::milliseconds body_deadline{30'000};
  std::chrono::milliseconds idle{75'000};  ///< keep-alive without a byte; then closed in silence
  std::chrono::milliseconds progress{
      20'000};  ///< an answer of which the client takes nothing for so long ends its connection
};

/// HTTP/1.1 server on one loop (one instance a loop, the same port by SO_REUSEPORT). Strict (RFC 9112): two
/// Content-Length, both lengths, bad chunks, missing or double Host, obs-fold, a header without a colon, a control
/// character: 400 and close. Answers in order; pipelined requests are taken one after the other. Everything on the
/// loop's thread.
class HttpServer {
 public:
  struct Settings {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;
    HttpLimits limits{};
  };
  /// `gate`: one for the servers of all loops.
  HttpServer(EventLoop& loop, Settings settings, HttpHandlers handlers, ConnectionGate& gate, Log& log);
  /// Any thread. Closes every connection; one whose handler is still waiting for something closes when that comes back,
  /// and touches neither gate nor log any more.
  ~HttpServer();

  /// Binds and listens (any thread, before `start`). The error names address, port and reason.
  [[nodiscard]] Result<void> open();
  [[nodiscard]] std::uint16_t port() const;  ///< the bound one (0 in settings = any)

  void start();  ///< begins accepting; posts itself to the loop
  /// Stops accepting; idle connections close, busy ones after their answer ("Connection: close"). Any thread.
  void drain();
  [[nodiscard]] std::size_t connections() const;  ///< open now, of this server; any thread

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace godwit::net

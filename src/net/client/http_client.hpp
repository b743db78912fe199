#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "net/http/http.hpp"

namespace godwit::net {

struct Url {
  std::string host;
  std::string port;
  std::string path;  ///< with query; "/" at least
};
/// Of "http://…" and "ws://…"; `bad_parameter` otherwise.
[[nodiscard]] Result<Url> parse_url(std::string_view url);

struct ClientResponse {
  int status = 0;
  std::string body;
  std::vector<Header> headers;
  [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
};

/// A blocking HTTP/1.1 client over one kept-alive connection (the command line, tests). One thread at a time.
/// A connection that the server closed while idle is opened again once; `unavailable` where none can be had.
class HttpClient {
 public:
  HttpClient(std::string host, std::string port, std::chrono::milliseconds timeout = std::chrono::seconds(15));
  ~HttpClient();
  [[nodiscard]] Result<ClientResponse> call(std::string_view method, std::string_view target,
                                            std::string_view body = {}, std::vector<Header> headers = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A blocking WebSocket client (Beast). `read` on one thread; `send` and `close` from any.
class WebSocketClient {
 public:
  WebSocketClient();
  ~WebSocketClient();
  /// `unauthenticated` for a 401, `origin_not_allowed` for 403, `unavailable` where the server cannot be reached.
  [[nodiscard]] Result<void> connect(const Url& url, std::vector<Header> headers);
  /// The next text message. An error ends the connection: `close_code()` and `close_reason()` then say why (1006 = none
  /// seen).
  [[nodiscard]] Result<std::string> read();
  [[nodiscard]] Result<void> send(std::string_view text);
  void close();
  [[nodiscard]] std::uint16_t close_code() const noexcept;
  [[nodiscard]] std::string close_reason() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace godwit::net

#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "net/http/reply.hpp"

namespace godwit::net {

class EventLoop;

/// One HTTP/1.1 request, whole: head within the limits, body read, framing proven (RFC 9112). Path is still
/// percent-encoded; `query` is what comes after '?', without it.
struct Request {
  std::string method;
  std::string path;
  std::string query;
  int version = 11;  ///< of HTTP: 10 or 11
  std::vector<Header> headers;
  std::string body;
  bool has_body = false;  ///< a Content-Length > 0 or a chunked body was there
  /// The body passes the limit: it was not read, and the connection closes after the answer. Left to the handler, so
  /// that a wrong path or a missing token is named first (protocol: order of checks).
  bool body_too_large = false;
  /// Its head was let through by HttpHandlers::check_head already ("Expect: 100-continue").
  bool head_checked = false;
  std::string peer;       ///< the client's address, without port; behind a trusted proxy the one that the proxy names
  std::size_t loop = 0;   ///< index of the event loop whose connection this is

  /// The first header of that (lower-case) name; empty where there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
};

/// A connection that left HTTP after a 101: the socket (non-blocking, owned by whoever takes it) and what the client
/// had sent after its request already.
struct RawSocket {
  int fd = -1;
  std::string early;
  EventLoop* loop = nullptr;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<Header> headers{};
  /// In place of `body`: bytes that outlive every connection (those of the page in the binary), sent without a copy.
  std::string_view borrowed{};
  bool close = false;  ///< close the connection after this answer
  /// Set with status 101: called on the loop's thread when the head is written; takes the socket over. Dropped uncalled
  /// where the client has gone. Whoever passes the socket on to another thread does so after the call (`loop->post`).
  std::move_only_function<void(RawSocket)> take_over{};

  [[nodiscard]] static Response of(Reply reply) {
    return {.status = reply.status,
            .content_type = std::move(reply.content_type),
            .body = std::move(reply.body),
            .headers = std::move(reply.headers)};
  }
  [[nodiscard]] std::string_view content() const noexcept {
    return borrowed.empty() ? std::string_view(body) : borrowed;
  }
};

/// Runs on the connection's loop and must come back to it (tasks do).
using Handler = std::function<Task<Response>(Request&)>;

/// Makes the answer to what never became a Request: bad framing, too large, too slow. One place gives all problems
/// their body.
using Refusal = std::function<Response(const Error&)>;

struct HttpHandlers {
  Handler handle;
  Refusal refuse;
  /// Of a request that waits for "100 Continue", when its head is there and no body: status 100 lets it go on, every
  /// other answer is the answer. Without one all go on.
  Handler check_head{};
};

/// Percent-decoding of one path segment or query value ('+' is a space only in a query). Empty optional on a bad escape
/// or a NUL.
[[nodiscard]] bool percent_decode(std::string_view text, bool query, std::string& out);

/// The token of "Authorization: Bearer …"; empty where there is none.
[[nodiscard]] std::string_view bearer_token(const Request& request) noexcept;

/// The value of `name` in a query string, decoded; false where it is absent or badly escaped (then `out` is empty and
/// `bad` set).
struct QueryValue {
  bool present = false;
  bool bad = false;
  std::string value;
};
[[nodiscard]] QueryValue query_value(std::string_view query, std::string_view name);

}  // namespace godwit::net

#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "net/http/chunked_decoder.hpp"
#include "net/http/http.hpp"
#include "net/http/head.hpp"
#include "net/http/server.hpp"

namespace godwit::net {

/// Bytes to one Request after the other, as they come (RFC 9112). Pure: no socket, no clock. Holds no memory between
/// requests.
class RequestParser {
 public:
  explicit RequestParser(const HttpLimits& limits) : head_limit_(limits.head_bytes), body_limit_(limits.body_bytes) {}

  enum class Status : std::uint8_t { need_more, complete, failed };

  /// Takes bytes from the front of `bytes`: all of them, or, at `complete`, up to the end of the request.
  /// After `failed` the connection has to end; after `complete` comes `take`.
  [[nodiscard]] Status feed(std::string_view& bytes);

  /// The request that is complete: method, path, query, version, headers, body. The parser is then ready for the next.
  [[nodiscard]] Request take();
  /// Whether the request last seen lets the connection go on.
  [[nodiscard]] bool keep_alive() const noexcept { return facts_.keep_alive; }
  /// Why it failed: malformed_request, headers_too_large, body_too_large.
  [[nodiscard]] const Error& error() const noexcept { return error_; }

  /// What is known of a request whose head is complete.
  [[nodiscard]] const Request& so_far() const noexcept { return request_; }
  /// Bytes of memory that wait for the rest.
  [[nodiscard]] std::size_t buffered() const noexcept { return head_.capacity() + request_.body.capacity(); }

  [[nodiscard]] bool begun() const noexcept { return in_body_ || !head_.empty(); }  ///< a byte of the request was there
  [[nodiscard]] bool head_complete() const noexcept { return in_body_; }            ///< what is missing is body
  [[nodiscard]] bool expects_continue() const noexcept { return facts_.expects_continue && facts_.version >= 11; }

 private:
  void skip_empty_lines(std::string_view& bytes);
  Status feed_head(std::string_view& bytes);
  Status begin_body(std::string_view head);
  Status feed_body(std::string_view& bytes);
  Status fail_with(Code code, std::string detail = {});

  std::size_t head_limit_;
  std::size_t body_limit_;
  Request request_{};
  HeadFacts facts_{};
  std::optional<ChunkedDecoder> chunks_{};
  std::string head_{};  ///< what there is of a head that is not whole
  bool in_body_ = false;
  unsigned empty_lines_ = 0;  ///< skipped before the request
  Error error_{};
};

}  // namespace godwit::net

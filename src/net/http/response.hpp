#pragma once
#include <string>

#include "net/http/http.hpp"

namespace godwit::net {

/// How the head of an answer depends on what was asked.
struct ResponseFrame {
  int version = 11;         ///< of the request
  bool close = false;       ///< the connection ends after it
  bool keep_alive = false;  ///< HTTP/1.0 asked for it
};

/// Appends status line and headers up to and with the empty line (RFC 9112 §4). Adds Content-Length, Content-Type where
/// there is a body, Date, `X-Content-Type-Options: nosniff`, `Cache-Control: no-store` where nothing else is said,
/// Connection, and what 101 and 426 must carry of a WebSocket upgrade. CR and LF in header values become spaces: no
/// answer can be split.
void append_response_head(std::string& out, const Response& response, ResponseFrame frame);

/// Whether an answer of this status has a body at all (RFC 9110 §6.4.1).
[[nodiscard]] constexpr bool may_have_body(int status) noexcept {
  return status >= 200 && status != 204 && status != 304;
}

[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

}  // namespace godwit::net

#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "net/http/http.hpp"

namespace godwit::net {

/// What a request's head says about its framing, proven byte by byte.
struct HeadFacts {
  int version = 11;  ///< 10 or 11
  std::optional<std::uint64_t> content_length{};
  bool chunked = false;
  bool expects_continue = false;
  bool keep_alive = true;
};

inline constexpr std::size_t kMaxHeaders = 100;

/// Reads a head (request line to the empty line, CRLF CRLF included) into `request`, and refuses everything that two
/// HTTP implementations could read differently (RFC 9112): bare CR or LF, control characters, obs-fold, white space
/// before a colon, a line without one, double or malformed Host, a missing one (but in HTTP/1.0), two Content-Length,
/// both lengths, a transfer coding other than chunked. `malformed_request`; `headers_too_large` above kMaxHeaders;
/// `http_version_not_supported` for all but 1.x.
[[nodiscard]] Result<HeadFacts> parse_head(std::string_view head, Request& request);

/// The target of a request line in origin form, absolute form (authority dropped; §3.2.2) or "*".
/// False where it is none of these or has bytes that no URI has.
struct Target {
  std::string_view path;
  std::string_view query;
};
[[nodiscard]] bool parse_target(std::string_view target, Target& out) noexcept;

}  // namespace godwit::net

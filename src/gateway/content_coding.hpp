#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "net/http/http.hpp"

namespace godwit::gateway {

enum class Coding : std::uint8_t { identity, gzip, brotli };

/// As it stands in Content-Encoding (RFC 9110 §8.4.1).
[[nodiscard]] std::string_view name_of(Coding coding) noexcept;

struct Codings {
  bool brotli = false, gzip = false;
};

/// Which of those there are the client likes best (Accept-Encoding, RFC 9110 §12.5.3); among equals the smallest.
/// Identity where it takes none: an answer in a coding that was not asked for is better than 406.
[[nodiscard]] Coding choose_coding(const net::Request& request, Codings there);

/// A strong ETag: each coding of a file is other bytes.
[[nodiscard]] std::string etag_of(std::string_view hash, Coding coding);

/// Whether If-None-Match names the ETag, or anything ("*"); never for an empty one (RFC 9110 §13.1.2).
[[nodiscard]] bool matches(const net::Request& request, std::string_view etag);

}  // namespace godwit::gateway

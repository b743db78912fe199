#pragma once
#include <array>
#include <initializer_list>
#include <string>
#include <string_view>

struct evp_mac_ctx_st;  // OpenSSL's

namespace godwit {

/// HMAC-SHA-256 (RFC 2104) by one key, whose two blocks are hashed once. Immutable; any thread.
class Hmac {
 public:
  static constexpr std::size_t kBytes = 32;

  /// Throws std::runtime_error where the library has no such thing.
  explicit Hmac(std::string_view key);
  Hmac(const Hmac&) = delete;
  Hmac& operator=(const Hmac&) = delete;
  ~Hmac();

  /// Over the parts, one after the other: `kBytes` bytes.
  [[nodiscard]] std::string of(std::initializer_list<std::string_view> parts) const;
  /// Whether `mac` is that. Takes as long wherever it differs.
  [[nodiscard]] bool proves(std::string_view mac, std::initializer_list<std::string_view> parts) const;

 private:
  evp_mac_ctx_st* keyed_;
};

}  // namespace godwit

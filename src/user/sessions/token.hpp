#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/hmac.hpp"
#include "domain/ids.hpp"

namespace godwit::user {

/// What a session's token says.
struct Claims {
  UserKey user;                          ///< sub
  SessionId session;                     ///< sid
  DeviceId device;                       ///< dev
  std::string node;                      ///< where to connect: a hint
  Millis issued_at = 0, expires_at = 0;  ///< whole seconds, as iat and exp
};

using SigningKey = std::array<unsigned char, 32>;

/// Signs and checks tokens: JWT, HS256 and nothing else. The header is fixed byte for byte, so there is no algorithm to
/// choose. Thread-safe, no I/O. Says nothing about whether the session still lives.
class TokenSigner {
 public:
  explicit TokenSigner(const SigningKey& key);

  [[nodiscard]] std::string sign(const Claims& claims) const;
  /// unauthenticated: not one of ours, changed, expired, or of another issuer, audience or type.
  [[nodiscard]] Result<Claims> verify(std::string_view token, Millis now) const;

 private:
  Hmac key_;
};

}  // namespace godwit::user

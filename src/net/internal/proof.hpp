#pragma once
#include <string>
#include <string_view>

#include "base/random.hpp"

namespace godwit::net::internal {

/// What both ends of an opening see; each part goes into the proofs.
struct Opening {
  std::string path, protocol;
  std::string dialler, listener;              ///< their names
  std::string dialler_nonce, listener_nonce;  ///< fresh with each opening
};

inline constexpr std::size_t kNonceDigits = 32;  ///< hex
inline constexpr std::size_t kProofBytes = 32;

/// HMAC-SHA256 by the secret over the opening and who proves; the dialler's covers its letter, too. 32 bytes.
[[nodiscard]] std::string listener_proof(std::string_view secret, const Opening& opening);
[[nodiscard]] std::string dialler_proof(std::string_view secret, const Opening& opening, std::string_view letter);

/// In a time that does not depend on where they differ.
[[nodiscard]] bool same_proof(std::string_view one, std::string_view other) noexcept;

/// Bytes as lower-case hex.
[[nodiscard]] std::string to_hex(std::string_view bytes);

/// Names of processes: 1 to 64 of [A-Za-z0-9._-].
[[nodiscard]] bool is_name(std::string_view name) noexcept;
[[nodiscard]] bool is_nonce(std::string_view nonce) noexcept;

}  // namespace godwit::net::internal

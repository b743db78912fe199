#include "net/internal/proof.hpp"

#include <sodium.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/hmac.hpp"

namespace godwit::net::internal {
namespace {

/// Each part with its length before it, so that no two openings are the same bytes.
void put(std::string& out, std::string_view part) {
  put_varint(out, part.size());
  out += part;
}

std::string prove(std::string_view secret, std::string_view who, const Opening& opening, std::string_view letter) {
  std::string bytes;
  for (const std::string_view part :
       {who, std::string_view(opening.path), std::string_view(opening.protocol), std::string_view(opening.dialler),
        std::string_view(opening.listener), std::string_view(opening.dialler_nonce),
        std::string_view(opening.listener_nonce), letter})
    put(bytes, part);
  static_assert(kProofBytes == Hmac::kBytes);
  return Hmac(secret).of({bytes});
}

}  // namespace

std::string listener_proof(std::string_view secret, const Opening& opening) {
  return prove(secret, "listener", opening, {});
}

std::string dialler_proof(std::string_view secret, const Opening& opening, std::string_view letter) {
  return prove(secret, "dialler", opening, letter);
}

bool same_proof(std::string_view one, std::string_view other) noexcept {
  return one.size() == other.size() && ::sodium_memcmp(one.data(), other.data(), one.size()) == 0;
}

std::string to_hex(std::string_view bytes) {
  std::string hex(bytes.size() * 2 + 1, '\0');
  ::sodium_bin2hex(hex.data(), hex.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  hex.pop_back();
  return hex;
}

bool is_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

bool is_nonce(std::string_view nonce) noexcept {
  return nonce.size() == kNonceDigits &&
         std::ranges::all_of(nonce, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace godwit::net::internal

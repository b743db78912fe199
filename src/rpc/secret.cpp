#include "rpc/secret.hpp"

#include <sodium.h>

#include <array>
#include <stdexcept>

namespace godwit::rpc {
namespace {

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string hash_of(std::string_view text) {
  std::string out(crypto_auth_hmacsha256_KEYBYTES, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(out.data()), out.size(), bytes(text), text.size(), nullptr, 0);
  return out;
}

}  // namespace

Secret::Secret(std::string_view text) : key_(hash_of(text)) {
  if (text.size() < kLeast) throw std::invalid_argument("the secret of the internal calls is shorter than 16 bytes");
}

// Each part behind its length, so that no two triples are one text.
std::string Secret::mac(std::string_view purpose, std::string_view first, std::string_view second) const {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes(key_), key_.size());
  for (const auto part : {purpose, first, second}) {
    std::array<unsigned char, 8> length{};
    for (std::size_t i = 0; i < length.size(); ++i) length[i] = static_cast<unsigned char>(part.size() >> (8 * i));
    crypto_auth_hmacsha256_update(&state, length.data(), length.size());
    crypto_auth_hmacsha256_update(&state, bytes(part), part.size());
  }
  std::string out(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

std::string Secret::server_proof(std::string_view nonce, std::string_view life) const {
  return mac("godwit rpc 1 server", nonce, life);
}
std::string Secret::call_proof(std::string_view life) const { return mac("godwit rpc 1 call", life, {}); }
std::string Secret::answer_proof(std::string_view life) const { return mac("godwit rpc 1 answer", life, {}); }
bool Secret::is(std::string_view given) const { return same(hash_of(given), key_); }

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace godwit::rpc

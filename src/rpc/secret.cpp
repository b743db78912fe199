#include "rpc/secret.hpp"

#include <sodium.h>

#include <stdexcept>

#include "base/hmac.hpp"

namespace godwit::rpc {
namespace {

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string hash_of(std::string_view text) {
  std::string out(crypto_generichash_BYTES, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(out.data()), out.size(), bytes(text), text.size(), nullptr, 0);
  return out;
}

}  // namespace

Secret::Secret(std::string_view text) : key_(hash_of(text)) {
  if (text.size() < kLeast) throw std::invalid_argument("the secret of the internal calls is shorter than 16 bytes");
}

// Each part behind its length, so that no two triples are one text.
std::string Secret::mac(std::string_view purpose, std::string_view first, std::string_view second) const {
  std::string text;
  for (const auto part : {purpose, first, second}) {
    for (unsigned shift = 0; shift < 64; shift += 8) text += static_cast<char>(part.size() >> shift);
    text += part;
  }
  return Hmac(key_).of({text});
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

#include "base/hmac.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <memory>
#include <stdexcept>

namespace godwit {
namespace {

struct Free {
  void operator()(EVP_MAC_CTX* context) const noexcept { ::EVP_MAC_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MAC_CTX, Free>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

void must(bool good) {
  if (!good) throw std::runtime_error("HMAC-SHA-256 cannot be computed");
}

}  // namespace

Hmac::Hmac(std::string_view key) {
  static EVP_MAC* const mac = ::EVP_MAC_fetch(nullptr, "HMAC", nullptr);  // kept: the library ends after us
  must(mac != nullptr);
  Context context(::EVP_MAC_CTX_new(mac));
  char digest[] = "SHA256";
  const std::array parameters{::OSSL_PARAM_construct_utf8_string("digest", digest, 0), ::OSSL_PARAM_construct_end()};
  must(context != nullptr && ::EVP_MAC_init(context.get(), bytes_of(key), key.size(), parameters.data()) == 1);
  keyed_ = context.release();
}

Hmac::~Hmac() { ::EVP_MAC_CTX_free(keyed_); }  // wipes what it made of the key

std::string Hmac::of(std::initializer_list<std::string_view> parts) const {
  const Context context(::EVP_MAC_CTX_dup(keyed_));
  must(context != nullptr);
  for (const auto part : parts) must(::EVP_MAC_update(context.get(), bytes_of(part), part.size()) == 1);
  std::string mac(kBytes, '\0');
  std::size_t size = 0;
  must(::EVP_MAC_final(context.get(), reinterpret_cast<unsigned char*>(mac.data()), &size, mac.size()) == 1);
  return mac;
}

bool Hmac::proves(std::string_view mac, std::initializer_list<std::string_view> parts) const {
  return mac.size() == kBytes && ::CRYPTO_memcmp(mac.data(), of(parts).data(), kBytes) == 0;
}

}  // namespace godwit

#include "user/accounts/shown_once.hpp"

#include <sodium.h>

#include <array>

namespace godwit::user {
namespace {
constexpr std::size_t kIdLength = 12, kSecretLength = 32;

std::string hash_of(std::string_view secret) {
  std::array<unsigned char, crypto_generichash_BYTES> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(secret.data()), secret.size(),
                     nullptr, 0);
  std::array<char, 2 * crypto_generichash_BYTES + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  return hex.data();
}
}  // namespace

ShownOnce make_shown_once(std::string_view prefix, Random& random) {
  const auto id = random.id(kIdLength), secret = random.id(kSecretLength);
  return {.text = std::string(prefix) + "_" + id + "_" + secret, .id = id, .hash = hash_of(secret)};
}

std::optional<SecretParts> read_shown_once(std::string_view prefix, std::string_view text) {
  if (text.size() != prefix.size() + 1 + kIdLength + 1 + kSecretLength || !text.starts_with(prefix))
    return std::nullopt;
  text.remove_prefix(prefix.size());
  if (text.front() != '_' || text[1 + kIdLength] != '_') return std::nullopt;
  return SecretParts{.id = std::string(text.substr(1, kIdLength)), .secret = std::string(text.substr(kIdLength + 2))};
}

std::string id_of_invite(const std::string& text) {
  const auto parts = read_shown_once(kInvitePrefix, text);
  return parts ? parts->id : text;
}

bool matches(const SecretParts& given, std::string_view hash) {
  const auto made = hash_of(given.secret);
  return made.size() == hash.size() && sodium_memcmp(made.data(), hash.data(), made.size()) == 0;
}

}  // namespace godwit::user

#include "user/service_keys.hpp"

#include <sodium.h>

#include <array>

#include "user/sessions.hpp"

namespace godwit::user {
namespace {
constexpr std::string_view kPrefix = "gwk_";
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

MadeServiceKey make_service_key(std::string name, Random& random, Millis now) {
  const auto id = random.id(kIdLength), secret = random.id(kSecretLength);
  return {.text = std::string(kPrefix) + id + "_" + secret,
          .stored = {.id = id, .name = std::move(name), .hash = hash_of(secret), .created_at = now}};
}

std::optional<ServiceKeyParts> read_service_key(std::string_view text) {
  if (text.size() != kPrefix.size() + kIdLength + 1 + kSecretLength || !text.starts_with(kPrefix)) return std::nullopt;
  text.remove_prefix(kPrefix.size());
  if (text[kIdLength] != '_') return std::nullopt;
  return ServiceKeyParts{.id = std::string(text.substr(0, kIdLength)),
                         .secret = std::string(text.substr(kIdLength + 1))};
}

bool matches(const ServiceKeyParts& given, const ServiceKey& stored) {
  const auto hash = hash_of(given.secret);
  return hash.size() == stored.hash.size() && sodium_memcmp(hash.data(), stored.hash.data(), hash.size()) == 0;
}

Task<Result<std::string>> authenticate_service(Context& context, std::string_view key) {
  const auto parts = read_service_key(key);
  if (!parts) co_return fail(Code::unauthenticated);
  CO_TRY(auto stored, co_await context.store.read([&](Tables& tables) { return tables.service_keys.find(parts->id); }));
  if (!stored || !matches(*parts, *stored)) co_return fail(Code::unauthenticated);
  co_return std::move(stored->name);
}

}  // namespace godwit::user

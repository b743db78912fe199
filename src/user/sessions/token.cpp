#include "user/sessions/token.hpp"

#include <sodium.h>

#include "wire/json.hpp"

namespace godwit::user {
namespace {
static_assert(crypto_auth_hmacsha256_KEYBYTES == sizeof(SigningKey));

// base64url of {"alg":"HS256","typ":"JWT"}
constexpr std::string_view kHeader = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.";
constexpr std::string_view kName = "godwit";
constexpr std::size_t kLongest = 2048;

void append_base64(std::string& out, const unsigned char* bytes, std::size_t size) {
  std::string text(sodium_base64_encoded_len(size, sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes, size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();  // the terminating NUL
  out += text;
}

bool read_base64(std::string_view text, std::string& out) {
  out.resize(text.size());
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(), text.size(), nullptr,
                        &size, &end, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
    return false;
  out.resize(size);
  return end == text.data() + text.size();
}

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string payload_of(const Claims& claims) {
  wire::JsonWriter json;
  json.begin_object()
      .field("iss", kName)
      .field("aud", kName)
      .field("sub", claims.user.str())
      .field("sid", claims.session.str());
  json.field("dev", claims.device.str())
      .field("node", claims.node)
      .field("iat", claims.issued_at / 1000)
      .field("exp", claims.expires_at / 1000);
  return json.field("typ", "session").end_object().take();
}

std::unexpected<Error> refused() { return fail(Code::unauthenticated); }

Result<Claims> read_payload(std::string_view payload, Millis now) {
  auto fields = wire::Fields::parse(payload);
  if (!fields) return refused();
  const auto issuer = fields->text("iss"), audience = fields->text("aud"), type = fields->text("typ");
  Claims claims{.user = UserKey(fields->text("sub")),
                .session = SessionId(fields->text("sid")),
                .device = DeviceId(fields->text("dev")),
                .node = fields->text("node"),
                .issued_at = fields->integer("iat") * 1000,
                .expires_at = 0};
  const auto expires = fields->integer("exp");
  if (!fields->verdict() || issuer != kName || audience != kName || type != "session") return refused();
  if (expires <= now / 1000) return refused();
  claims.expires_at = expires * 1000;
  return claims;
}
}  // namespace

TokenSigner::~TokenSigner() { sodium_memzero(key_.data(), key_.size()); }

std::string TokenSigner::sign(const Claims& claims) const {
  const auto payload = payload_of(claims);
  std::string token(kHeader);
  append_base64(token, bytes(payload), payload.size());
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
  crypto_auth_hmacsha256(mac.data(), bytes(token), token.size(), key_.data());
  token += '.';
  append_base64(token, mac.data(), mac.size());
  return token;
}

Result<Claims> TokenSigner::verify(std::string_view token, Millis now) const {
  if (token.size() > kLongest || !token.starts_with(kHeader)) return refused();
  const auto dot = token.rfind('.');
  if (dot < kHeader.size()) return refused();
  const auto body = token.substr(kHeader.size(), dot - kHeader.size());
  std::string mac, payload;
  if (body.find('.') != std::string_view::npos || !read_base64(token.substr(dot + 1), mac)) return refused();
  if (mac.size() != crypto_auth_hmacsha256_BYTES) return refused();
  if (crypto_auth_hmacsha256_verify(bytes(mac), bytes(token), dot, key_.data()) != 0) return refused();
  if (!read_base64(body, payload)) return refused();
  return read_payload(payload, now);
}

}  // namespace godwit::user

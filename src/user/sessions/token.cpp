#include "user/sessions/token.hpp"

#include "base/base64url.hpp"
#include "wire/json.hpp"

namespace godwit::user {
namespace {

// base64url of {"alg":"HS256","typ":"JWT"}
constexpr std::string_view kHeader = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.";
constexpr std::string_view kName = "godwit";
constexpr std::size_t kLongest = 2048;

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

TokenSigner::TokenSigner(const SigningKey& key)
    : key_(std::string_view(reinterpret_cast<const char*>(key.data()), key.size())) {}

std::string TokenSigner::sign(const Claims& claims) const {
  auto token = std::string(kHeader) + base64url(payload_of(claims));
  return token + '.' + base64url(key_.of({token}));
}

Result<Claims> TokenSigner::verify(std::string_view token, Millis now) const {
  if (token.size() > kLongest || !token.starts_with(kHeader)) return refused();
  const auto dot = token.rfind('.');
  if (dot < kHeader.size()) return refused();
  const auto body = token.substr(kHeader.size(), dot - kHeader.size());
  const auto mac = read_base64url(token.substr(dot + 1));
  if (body.find('.') != std::string_view::npos || !mac) return refused();
  if (!key_.proves(*mac, {token.substr(0, dot)})) return refused();
  const auto payload = read_base64url(body);
  if (!payload) return refused();
  return read_payload(*payload, now);
}

}  // namespace godwit::user

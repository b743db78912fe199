#include "user/sessions/token.hpp"

#include <doctest/doctest.h>
#include <sodium.h>

namespace godwit::user {
namespace {
constexpr Millis kNow = 1'800'000'000'000;
constexpr SigningKey kKey{7, 7, 7};

std::string base64(std::string_view text) {
  std::string out(sodium_base64_encoded_len(text.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  out.pop_back();
  return out;
}

/// A token of any header and payload, with the right signature over them.
std::string forged(std::string_view header, std::string_view payload, const SigningKey& key = kKey) {
  auto text = base64(header) + "." + base64(payload);
  unsigned char mac[crypto_auth_hmacsha256_BYTES];
  crypto_auth_hmacsha256(mac, reinterpret_cast<const unsigned char*>(text.data()), text.size(), key.data());
  return text + "." + base64({reinterpret_cast<const char*>(mac), sizeof mac});
}

constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"JWT"})";

std::string payload(std::string_view from = {}, std::string_view to = {}) {
  std::string text =
      R"({"iss":"godwit","aud":"godwit","sub":"ann","sid":"s1","dev":"d\"1","node":"n","iat":1800000000,"exp":1800000100,"typ":"session"})";
  if (const auto at = text.find(from); !from.empty() && at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

bool accepted(const std::string& token, Millis now = kNow) { return TokenSigner(kKey).verify(token, now).has_value(); }
}  // namespace

TEST_SUITE("tokens") {
  TEST_CASE("say what they were given") {
    const TokenSigner signer(kKey);
    const auto token = signer.sign({.user = UserKey("ann"),
                                    .session = SessionId("s1"),
                                    .device = DeviceId("d\"1 手机"),
                                    .node = "node-1",
                                    .issued_at = kNow,
                                    .expires_at = kNow + 100'000});
    const auto claims = signer.verify(token, kNow);
    REQUIRE(claims.has_value());
    CHECK(claims->user == UserKey("ann"));
    CHECK(claims->session == SessionId("s1"));
    CHECK(claims->device == DeviceId("d\"1 手机"));
    CHECK(claims->node == "node-1");
    CHECK(claims->expires_at == kNow + 100'000);
  }

  TEST_CASE("expire to the second") {
    const auto token = forged(kHeader, payload());
    CHECK(accepted(token));
    CHECK(accepted(token, kNow + 99'999));
    CHECK_FALSE(accepted(token, kNow + 100'000));
  }

  TEST_CASE("know one algorithm") {
    for (const auto* header : {R"({"alg":"none","typ":"JWT"})", R"({"alg":"None"})", R"({"alg":"HS512","typ":"JWT"})",
                               R"({"alg":"RS256","typ":"JWT"})", R"({"typ":"JWT","alg":"HS256"})",
                               R"({"alg":"HS256","typ":"JWT","kid":"x"})", "{}", ""}) {
      CHECK_FALSE(accepted(forged(header, payload())));
    }
    const auto none = base64(R"({"alg":"none","typ":"JWT"})") + "." + base64(payload()) + ".";
    CHECK_FALSE(accepted(none));
    const auto unsigned_token = base64(kHeader) + "." + base64(payload()) + ".";
    CHECK_FALSE(accepted(unsigned_token));
  }

  TEST_CASE("are of one issuer, audience and type, and whole") {
    CHECK(accepted(forged(kHeader, payload())));
    CHECK_FALSE(accepted(forged(kHeader, payload(R"("iss":"godwit")", R"("iss":"other")"))));
    CHECK_FALSE(accepted(forged(kHeader, payload(R"("aud":"godwit")", R"("aud":"other")"))));
    CHECK_FALSE(accepted(forged(kHeader, payload(R"("aud":"godwit")", R"("aud":["godwit"])"))));
    CHECK_FALSE(accepted(forged(kHeader, payload(R"("typ":"session")", R"("typ":"reset")"))));
    CHECK_FALSE(accepted(forged(kHeader, payload(R"("exp":1800000100,)", ""))));
    CHECK_FALSE(accepted(forged(kHeader, payload(R"("exp":1800000100)", R"("exp":"1800000100")"))));
    CHECK_FALSE(accepted(forged(kHeader, payload(R"("sid":"s1",)", ""))));
    CHECK_FALSE(accepted(forged(kHeader, "[]")));
    CHECK_FALSE(accepted(forged(kHeader, "not json")));
    CHECK_FALSE(accepted(forged(kHeader, payload(), SigningKey{8})));
  }

  TEST_CASE("survive no change, and no cut") {
    const auto token = forged(kHeader, payload());
    for (std::size_t i = 0; i < token.size(); ++i) {
      auto changed = token;
      changed[i] = changed[i] == 'A' ? 'B' : 'A';
      CHECK_FALSE(accepted(changed));
      CHECK_FALSE(accepted(token.substr(0, i)));
    }
    for (const auto* more : {".", "=", "A", " ", "\n", ".AAAA"}) CHECK_FALSE(accepted(token + more));
    CHECK_FALSE(accepted(std::string(100'000, 'A')));
    CHECK_FALSE(accepted(".."));
    CHECK_FALSE(accepted(""));
  }
}

}  // namespace godwit::user

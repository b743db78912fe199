#include "gateway/ticket.hpp"

#include <doctest/doctest.h>

#include "base/base64url.hpp"

namespace godwit::gateway {
namespace {

constexpr Millis kNow = 1'700'000'000'000;

const Ticket kTicket{.node = "node-1",
                     .who = {.user = UserKey("ann"),
                             .session = SessionId("s-1"),
                             .device = DeviceId("phone"),
                             .expires_at = kNow + 86'400'000},
                     .host = "chat.example:8443",
                     .number = "0123456789abcdef",
                     .issued_at = kNow,
                     .expires_at = kNow + 30'000};
const TicketSigner kSigner("the secret of this house");

Code refusal(std::string_view text, std::string_view node = "node-1", Millis now = kNow) {
  const auto read = kSigner.verify(text, node, now);
  REQUIRE_FALSE(read);
  return read.error().code;
}

TEST_CASE("a ticket says what was written, until it expires, at its node") {
  const auto text = kSigner.sign(kTicket);
  for (const auto now : {kNow - 5'000, kNow, kNow + 29'999}) {
    const auto read = kSigner.verify(text, "node-1", now);
    REQUIRE(read);
    CHECK(read->who.user == kTicket.who.user);
    CHECK(read->who.session == kTicket.who.session);
    CHECK(read->who.device == kTicket.who.device);
    CHECK(read->who.expires_at == kTicket.who.expires_at);
    CHECK(read->host == kTicket.host);
    CHECK(read->number == kTicket.number);
    CHECK(read->issued_at == kTicket.issued_at);
    CHECK(read->expires_at == kTicket.expires_at);
  }
  CHECK(refusal(text, "node-1", kNow + 30'000) == Code::unauthenticated);
  CHECK(refusal(text, "node-2") == Code::unauthenticated);
}

TEST_CASE("it may stand where tokens do: in a header, a subprotocol, a query") {
  for (const char c : kSigner.sign(kTicket)) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    CHECK(plain);
  }
}

TEST_CASE("whatever bit of it is changed, whatever is cut off or added, it is no ticket") {
  const auto bytes = read_base64url(kSigner.sign(kTicket));
  REQUIRE(bytes);
  for (std::size_t bit = 0; bit < 8 * bytes->size(); ++bit) {
    auto changed = *bytes;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    CHECK(refusal(base64url(changed)) == Code::unauthenticated);
  }
  for (std::size_t size = 0; size < bytes->size(); ++size)
    CHECK(refusal(base64url(std::string_view(*bytes).substr(0, size))) == Code::unauthenticated);
  CHECK(refusal(base64url(*bytes + "x")) == Code::unauthenticated);
  for (const auto* other : {"", "x", "%%%", "a ticket", "AAAA="}) CHECK(refusal(other) == Code::unauthenticated);
  CHECK(refusal(std::string(4'000, 'A')) == Code::unauthenticated);
}

TEST_CASE("one of another house is no ticket here") {
  CHECK(refusal(TicketSigner("the secret of another house").sign(kTicket)) == Code::unauthenticated);
}

}  // namespace
}  // namespace godwit::gateway

#include "gateway/ticket.hpp"

#include "base/base64url.hpp"
#include "base/bytes.hpp"

namespace godwit::gateway {
namespace {

constexpr std::string_view kPurpose =
    "\x0f"
    "godwit ticket 1";  // as a text: its length comes first
static_assert(kPurpose.size() == 1 + 0x0f);
constexpr std::size_t kMostText = 256, kLongest = 2'048, kMac = Hmac::kBytes;

void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out += text;
}

std::string text_of(ByteReader& in) {
  const auto bytes = in.bytes(in.varint());
  return bytes.size() <= kMostText ? std::string(bytes) : std::string();
}

Result<Ticket> read(std::string_view body) {
  ByteReader in(body);
  Ticket ticket;
  ticket.node = text_of(in);
  ticket.who.user = UserKey(text_of(in));
  ticket.who.session = SessionId(text_of(in));
  ticket.who.device = DeviceId(text_of(in));
  ticket.who.expires_at = static_cast<Millis>(in.varint());
  ticket.host = text_of(in);
  ticket.number = text_of(in);
  ticket.issued_at = static_cast<Millis>(in.varint());
  ticket.expires_at = static_cast<Millis>(in.varint());
  const bool named = !ticket.who.user.empty() && !ticket.who.session.empty() && !ticket.number.empty();
  if (!in.ok() || !in.empty() || !named) return fail(Code::unauthenticated, "this is no ticket");
  return ticket;
}

}  // namespace

std::string TicketSigner::sign(const Ticket& ticket) const {
  std::string body;
  for (const std::string_view text :
       {std::string_view(ticket.node), std::string_view(ticket.who.user.str()),
        std::string_view(ticket.who.session.str()), std::string_view(ticket.who.device.str())})
    put_text(body, text);
  put_varint(body, static_cast<std::uint64_t>(ticket.who.expires_at));
  put_text(body, ticket.host);
  put_text(body, ticket.number);
  put_varint(body, static_cast<std::uint64_t>(ticket.issued_at));
  put_varint(body, static_cast<std::uint64_t>(ticket.expires_at));
  return base64url(body + secret_.of({kPurpose, body}));
}

Result<Ticket> TicketSigner::verify(std::string_view text, std::string_view node, Millis now) const {
  const auto bytes = text.size() <= kLongest ? read_base64url(text) : std::nullopt;
  if (!bytes || bytes->size() <= kMac) return fail(Code::unauthenticated, "this is no ticket");
  const auto body = std::string_view(*bytes).substr(0, bytes->size() - kMac);
  if (!secret_.proves(std::string_view(*bytes).substr(body.size()), {kPurpose, body}))
    return fail(Code::unauthenticated, "this is no ticket of this house");
  TRY(auto ticket, read(body));
  if (ticket.node != node) return fail(Code::unauthenticated, "the ticket is of another node");
  if (ticket.expires_at <= now) return fail(Code::unauthenticated, "the ticket has expired");
  return ticket;
}

}  // namespace godwit::gateway

#include "relay/letter.hpp"

#include "base/bytes.hpp"

namespace godwit::relay {
namespace {

constexpr std::size_t kMostText = 256;

void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out += text;
}

std::string_view text(ByteReader& in) {
  const auto bytes = in.bytes(in.varint());
  return bytes.size() <= kMostText ? bytes : std::string_view();
}

}  // namespace

std::string write_letter(const user::Proven& proven) {
  std::string out;
  put_text(out, proven.who.user.str());
  put_text(out, proven.who.session.str());
  put_text(out, proven.who.device.str());
  put_varint(out, static_cast<std::uint64_t>(proven.who.expires_at));
  put_varint(out, proven.as_of.epoch);
  put_varint(out, proven.as_of.number);
  return out;
}

Result<user::Proven> read_letter(std::string_view bytes) {
  ByteReader in(bytes);
  user::Proven proven;
  proven.who.user = UserKey(text(in));
  proven.who.session = SessionId(text(in));
  proven.who.device = DeviceId(text(in));
  proven.who.expires_at = static_cast<Millis>(in.varint());
  proven.as_of.epoch = in.varint();
  proven.as_of.number = in.varint();
  const bool named = !proven.who.user.empty() && !proven.who.session.empty() && !proven.who.device.empty();
  if (!in.ok() || !in.empty() || !named || proven.who.expires_at < 0)
    return fail(Code::malformed_request, "not a letter of godwit-socket.1");
  return proven;
}

}  // namespace godwit::relay

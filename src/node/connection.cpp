#include "node/connection.hpp"

#include "node/hub.hpp"
#include "node/node_role.hpp"
#include "wire/frame.hpp"

namespace godwit::node {
namespace {

std::string_view name_of(Close code) noexcept {
  switch (code) {
    case Close::draining: return "draining";
    case Close::too_slow: return "too_slow";
    case Close::no_pong: return "no_pong";
    case Close::token_expired: return "token_expired";
    case Close::session_ended: return "session_ended";
    case Close::too_many: return "too_many_connections";
    case Close::protocol_violation: return "protocol_violation";
    case Close::replaced: return "replaced";
  }
  return "closed";
}

std::string_view text_of(Close code) noexcept {
  switch (code) {
    case Close::token_expired: return "The token has expired or is not valid: log in again.";
    case Close::session_ended: return "This session was ended.";
    case Close::too_many: return "Too many connections.";
    case Close::protocol_violation: return "A frame must be a JSON object of a type that a client may send.";
    case Close::replaced: return "This session was opened on a newer connection.";
    default: return "";
  }
}

}  // namespace

void Connection::end(Close code, std::string_view reason) {
  if (closing()) return;
  const auto number = static_cast<std::uint16_t>(code);
  if (number >= 4500) send(net::SharedFrame::text(wire::connection_error_frame(name_of(code), text_of(code))));
  close(number, reason.empty() ? name_of(code) : reason);
}

void Connection::on_message(std::string_view payload, bool text) {
  auto frame = text ? wire::parse_client_frame(payload) : Result<wire::ClientFrame>(godwit::fail(Code::malformed_json));
  if (!frame) {
    hub_.node().violations_.add();
    end(Close::protocol_violation);
    return;
  }
  if (frame->type == Type::acknowledge)
    acknowledge(frame->conversation, frame->seq);
  else
    type_in(frame->conversation);
}

void Connection::acknowledge(const std::string& view, Seq seq) {
  auto conversation = Conversation::from_view(view, who_.user);
  if (!conversation) return;  // not mine: ignored
  // An acknowledgement that fails is not repeated: the next one covers it, and until then the inbox shows more, not
  // less.
  spawn([](offline::Service& offline, UserKey user, DeviceId device, Conversation of, Seq up_to) -> Task<void> {
    (void)co_await offline.acknowledge(user, device, of, up_to);
  }(hub_.node().peers_.offline, who_.user, who_.device, std::move(*conversation), seq));
}

void Connection::type_in(const std::string& view) {
  const auto second = static_cast<std::uint32_t>(hub_.node().clock_.now() / 1000);
  if (second != typing_window_) typing_window_ = second, typing_count_ = 0;
  if (++typing_count_ > hub_.node().settings_.typing_per_second) return;
  auto conversation = Conversation::from_view(view, who_.user);
  if (conversation) spawn(hub_.node().peers_.dispatch.announce_typing(who_, std::move(*conversation)));
}

void Connection::on_close_begun() noexcept { hub_.leave(*this); }

void Connection::on_closed(std::uint16_t code) { hub_.forget(*this, code); }

}  // namespace godwit::node

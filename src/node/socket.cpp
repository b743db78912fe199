#include "node/socket.hpp"

#include <algorithm>
#include <utility>

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

constexpr std::string_view kTooManyFrames = "too_many_frames";
constexpr double kFrameBytes = 1024;                       ///< a long frame counts as one more for each of these
constexpr std::chrono::milliseconds kLongestRest{20'000};  ///< who would have to rest for longer is far above
constexpr std::uint32_t kLongestAboveS = 60;

std::string_view text_of(Close code, std::string_view reason) noexcept {
  if (reason == kTooManyFrames) return "This connection sent far more frames than a client may.";
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

void Socket::greet() {
  if (std::exchange(connected_, true)) return;
  const auto& node = hub_->node();
  const auto ping = std::max<std::int64_t>(1, node.settings_.ping_interval.count());
  send(net::SharedFrame::text(wire::connected_frame(who_, node.name(), ping)));
}

void Socket::end(Close code, std::string_view reason) {
  if (left_) return;
  if (code == Close::protocol_violation) hub_->node().violations_.add();
  const auto number = static_cast<std::uint16_t>(code);
  if (number >= 4500) greet();  // 201 is the first frame of every socket
  if (number >= 4500) send(net::SharedFrame::text(wire::connection_error_frame(name_of(code), text_of(code, reason))));
  close(number, reason.empty() ? name_of(code) : reason);
}

void Socket::hear(std::string_view payload, bool text) {
  auto frame = text ? wire::parse_client_frame(payload) : Result<wire::ClientFrame>(godwit::fail(Code::malformed_json));
  if (!frame) return end(Close::protocol_violation);
  if (frame->type == Type::acknowledge)
    acknowledge(frame->conversation, frame->seq);
  else
    type_in(frame->conversation);
}

void Socket::acknowledge(const std::string& view, Seq seq) {
  auto conversation = Conversation::from_view(view, who_.user);
  if (conversation) hub_->acks().add(number_, who_, std::move(*conversation), seq);  // not mine: ignored
}

std::chrono::milliseconds Socket::rest_after(std::uint32_t messages, std::size_t bytes, SteadyTime now) {
  const auto& settings = hub_->node().settings_;
  std::chrono::milliseconds rest{};
  if (settings.frames_per_socket > 0) {
    const double frames = messages + static_cast<double>(bytes) / kFrameBytes;
    const auto debt = meter_.take(frames, settings.frames_per_socket, now);
    rest = std::max(debt, hub_->node().meters_.take(who_.user, frames, settings.frames_per_user, now));
    if (far_above(debt, rest, now)) return end(Close::protocol_violation, kTooManyFrames), rest;
  }
  if (hub_->acks().full(number_)) rest = std::max(rest, AckQueue::kLinger);
  return std::min(rest, kLongestRest);
}

/// Far above at once, or above for a minute on end. Who only has a flooding sibling rests with it, and stays.
bool Socket::far_above(std::chrono::milliseconds debt, std::chrono::milliseconds rest, SteadyTime now) {
  if (debt.count() <= 0) return over_since_ = 0, false;
  const auto second =
      static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
  if (over_since_ == 0) over_since_ = std::max(1U, second);
  return rest > kLongestRest || second - over_since_ >= kLongestAboveS;
}

void Socket::type_in(const std::string& view) {
  const auto second = static_cast<std::uint32_t>(hub_->node().clock_.now() / 1000);
  if (second != typing_window_) typing_window_ = second, typing_count_ = 0;
  if (++typing_count_ > hub_->node().settings_.typing_per_second) return;
  auto conversation = Conversation::from_view(view, who_.user);
  if (conversation) spawn(hub_->node().peers_.dispatch.announce_typing(who_, std::move(*conversation)));
}

void Socket::leave() noexcept { hub_->leave(*this); }

void Socket::gone(std::uint16_t code) { hub_->forget(*this, code); }

}  // namespace godwit::node

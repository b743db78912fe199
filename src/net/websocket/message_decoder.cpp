#include "net/websocket/message_decoder.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/utf8.hpp"

namespace godwit::net {

/// What is kept between reads: the head or frame that is cut, and the message whose fragments are still coming.
struct MessageDecoder::Partial {
  std::array<char, kMaxFrameHead> head_bytes{};
  std::uint8_t head_have = 0;
  bool in_frame = false;  ///< `frame` is known, its payload is not whole
  FrameHead frame{};
  std::uint64_t received = 0;  ///< of the frame's payload
  std::string control{};       ///< payload of a cut control frame

  Opcode kind = Opcode::continuation;  ///< of the message; continuation = none
  std::size_t fragments = 0;
  Utf8Validator utf8{};
  std::string message{};

  [[nodiscard]] bool in_message() const noexcept { return kind != Opcode::continuation; }
  [[nodiscard]] bool idle() const noexcept { return head_have == 0 && !in_frame && !in_message(); }
};

/// One `feed`: the bytes that are left, and its steps.
struct MessageDecoder::Feeding {
  MessageDecoder& decoder;
  std::span<char> bytes;
  const DecoderLimits& limits;
  MessageSink& sink;
  std::uint16_t failure = 0;

  Partial& partial() {
    if (!decoder.partial_) decoder.partial_ = std::make_unique<Partial>();
    return *decoder.partial_;
  }
  [[nodiscard]] bool in_message() const noexcept { return decoder.partial_ && decoder.partial_->in_message(); }

  /// To be called before every sink call: after it the decoder may be gone.
  void release_if_idle() {
    if (decoder.partial_ && decoder.partial_->idle()) decoder.partial_.reset();
  }

  void unmask(std::span<char> payload, const FrameHead& head, std::uint64_t position) const noexcept {
    if (limits.sender == Sender::client) apply_mask(payload.data(), payload.size(), head.mask, position);
  }

  bool fail(std::uint16_t code) noexcept {
    failure = code;
    return false;
  }

  /// Reads a head out of `bytes` and what an earlier read left of it. False: more is needed, or it failed.
  bool take_head(FrameHead& head) {
    const std::size_t have = decoder.partial_ ? decoder.partial_->head_have : 0;
    std::size_t taken = 0;
    HeadStatus status{};
    if (have == 0) {
      status = parse_frame_head({bytes.data(), bytes.size()}, head, limits.sender);
      if (status == HeadStatus::need_more) taken = bytes.size();
    } else {
      taken = std::min(kMaxFrameHead - have, bytes.size());
      std::copy_n(bytes.data(), taken, partial().head_bytes.data() + have);
      status = parse_frame_head({partial().head_bytes.data(), have + taken}, head, limits.sender);
    }
    if (status == HeadStatus::invalid) return fail(CloseCode::protocol_error);
    if (status == HeadStatus::need_more) {
      if (have == 0) std::copy_n(bytes.data(), taken, partial().head_bytes.data());
      partial().head_have = static_cast<std::uint8_t>(have + taken);
      bytes = {};
      return false;
    }
    if (have != 0) partial().head_have = 0;
    bytes = bytes.subspan(head.size - have);
    return true;
  }

  /// Whether this frame may come now, and is within the limits.
  bool admit(const FrameHead& head) noexcept {
    if (is_control(head.opcode)) return true;
    const bool continues = head.opcode == Opcode::continuation;
    if (continues != in_message()) return fail(CloseCode::protocol_error);
    const std::size_t have = continues ? decoder.partial_->message.size() : 0;
    const std::size_t fragments = continues ? decoder.partial_->fragments : 0;
    if (head.length > limits.message_bytes - have) return fail(CloseCode::too_big);
    if (fragments >= limits.fragments) return fail(CloseCode::too_big);
    return true;
  }

  bool deliver_control(Opcode opcode, std::string_view payload) {
    release_if_idle();
    if (opcode == Opcode::ping) return sink.ping(payload);
    if (opcode == Opcode::pong) return sink.pong(payload);
    return sink.close(payload);
  }

  /// The common case: a frame that lies whole in `bytes` and is no fragment. Nothing is copied.
  bool take_whole(const FrameHead& head) {
    const auto payload = bytes.first(static_cast<std::size_t>(head.length));
    bytes = bytes.subspan(payload.size());
    unmask(payload, head, 0);
    const std::string_view view(payload.data(), payload.size());
    if (is_control(head.opcode)) return deliver_control(head.opcode, view);
    const bool text = head.opcode == Opcode::text;
    if (text && !is_utf8(view)) return fail(CloseCode::bad_payload);
    release_if_idle();
    return sink.message(view, text);
  }

  void begin_frame(const FrameHead& head) {
    Partial& p = partial();
    p.in_frame = true;
    p.frame = head;
    p.received = 0;
    if (is_control(head.opcode)) return;
    if (head.opcode != Opcode::continuation) p.kind = head.opcode;
    ++p.fragments;
  }

  /// As much of the frame's payload as is there; delivers what that completes.
  bool take_payload() {
    Partial& p = partial();
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), p.frame.length - p.received));
    const auto chunk = bytes.first(size);
    bytes = bytes.subspan(size);
    unmask(chunk, p.frame, p.received);
    p.received += size;
    const bool control = is_control(p.frame.opcode);
    const std::string_view view(chunk.data(), size);
    if (!control && p.kind == Opcode::text && !p.utf8.feed(view)) return fail(CloseCode::bad_payload);
    (control ? p.control : p.message).append(view);
    if (p.received < p.frame.length) return true;
    p.in_frame = false;
    if (control) {
      const std::string payload = std::exchange(p.control, {});
      return deliver_control(p.frame.opcode, payload);
    }
    return !p.frame.fin || deliver_message();
  }

  bool deliver_message() {
    Partial& p = partial();
    const bool text = p.kind == Opcode::text;
    if (text && !p.utf8.complete()) return fail(CloseCode::bad_payload);
    const std::string message = std::move(p.message);
    decoder.partial_.reset();
    return sink.message(message, text);
  }

  /// One frame, or what is there of it. False ends the feed.
  bool step() {
    if (!decoder.partial_ || !decoder.partial_->in_frame) {
      FrameHead head;
      if (!take_head(head) || !admit(head)) return false;
      const bool fragment = !head.fin || head.opcode == Opcode::continuation;
      if (!fragment && head.length <= bytes.size()) return take_whole(head);
      begin_frame(head);
    }
    return take_payload();
  }
};

MessageDecoder::MessageDecoder() noexcept = default;
MessageDecoder::~MessageDecoder() = default;
void MessageDecoder::reset() noexcept { partial_.reset(); }

std::uint16_t MessageDecoder::feed(std::span<char> bytes, const DecoderLimits& limits, MessageSink& sink) {
  Feeding feeding{*this, bytes, limits, sink};
  while (!feeding.bytes.empty() && feeding.step()) {
  }
  return feeding.failure;
}

}  // namespace godwit::net

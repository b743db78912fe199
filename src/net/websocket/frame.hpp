#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace godwit::net {

// A frame (RFC 6455 §5.2):
//   FIN RSV1-3 opcode(4) | MASK length(7) | [16 or 64 bits of length] | [mask(4)] | payload
// Lengths in network order and in as few bytes as they fit.

enum class Opcode : std::uint8_t { continuation = 0x0, text = 0x1, binary = 0x2, close = 0x8, ping = 0x9, pong = 0xA };

[[nodiscard]] constexpr bool is_control(Opcode opcode) noexcept {
  return (static_cast<std::uint8_t>(opcode) & 0x8) != 0;
}

/// First header byte of a whole message or control frame.
[[nodiscard]] constexpr std::uint8_t final_frame(Opcode opcode) noexcept {
  return static_cast<std::uint8_t>(0x80 | static_cast<std::uint8_t>(opcode));
}

/// Close codes (RFC 6455 §7.4.1) that a server of ours sends or reports by itself.
struct CloseCode {
  static constexpr std::uint16_t normal = 1000;
  static constexpr std::uint16_t protocol_error = 1002;
  static constexpr std::uint16_t no_status = 1005;  ///< never on the wire: a close frame without a code
  static constexpr std::uint16_t abnormal = 1006;   ///< never on the wire: no close frame at all
  static constexpr std::uint16_t bad_payload = 1007;
  static constexpr std::uint16_t too_big = 1009;
  static constexpr std::uint16_t too_slow = 4002;
  static constexpr std::uint16_t no_pong = 4003;
};

/// Whether an endpoint may send this code (§7.4): 1000–1003, 1007–1014 (registered), 3000–4999.
[[nodiscard]] constexpr bool is_close_code(std::uint16_t code) noexcept {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

inline constexpr std::size_t kMaxFrameHead = 14;
inline constexpr std::size_t kMaxControlPayload = 125;

/// Whose frames they are: a client's are masked, a server's are not (§5.1).
enum class Sender : std::uint8_t { client, server };

/// The head of a frame that came.
struct FrameHead {
  bool fin = false;
  Opcode opcode = Opcode::continuation;
  std::array<char, 4> mask{};  ///< zeros in a server's
  std::uint64_t length = 0;  ///< of the payload
  std::uint8_t size = 0;     ///< of the head itself: 2 to 14 bytes
};

enum class HeadStatus : std::uint8_t { complete, need_more, invalid };

/// Reads the head at the start of `bytes`. `invalid` as early as it can be known: a reserved bit or opcode, a client's
/// without a mask or a server's with one, a control frame that is fragmented or above 125 bytes, a length in more bytes
/// than it needs or with its top bit set.
[[nodiscard]] HeadStatus parse_frame_head(std::string_view bytes, FrameHead& head,
                                          Sender sender = Sender::client) noexcept;

/// Writes the head of an unmasked frame; returns its size.
std::size_t encode_frame_head(std::uint8_t first, std::uint64_t length, std::array<char, kMaxFrameHead>& out) noexcept;

/// XORs `bytes` with the mask (§5.3). `position` is where in the payload they stand.
void apply_mask(char* bytes, std::size_t size, const std::array<char, 4>& mask, std::uint64_t position) noexcept;

/// Payload of a close frame: the code, then as much of `reason` as fits 123 bytes without cutting a character.
/// `no_status` makes an empty one.
[[nodiscard]] std::string close_payload(std::uint16_t code, std::string_view reason);

/// The code in a close frame's payload: `no_status` for an empty one; `protocol_error` or `bad_payload` in `failure`
/// where it breaks the rules (§5.5.1: one byte, a code not for the wire, a reason that is not UTF-8).
struct ParsedClose {
  std::uint16_t code = CloseCode::no_status;
  std::uint16_t failure = 0;
};
[[nodiscard]] ParsedClose parse_close(std::string_view payload) noexcept;

}  // namespace godwit::net

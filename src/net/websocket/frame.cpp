#include "net/websocket/frame.hpp"

#include <bit>
#include <cstring>

#include "base/utf8.hpp"

namespace godwit::net {
namespace {

constexpr bool is_known(std::uint8_t opcode) noexcept { return opcode <= 0x2 || (opcode >= 0x8 && opcode <= 0xA); }

std::uint64_t big_endian(std::string_view bytes) noexcept {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<std::uint8_t>(byte);
  return value;
}

}  // namespace

HeadStatus parse_frame_head(std::string_view bytes, FrameHead& head, Sender sender) noexcept {
  const std::size_t mask_bytes = sender == Sender::client ? 4 : 0;
  if (bytes.empty()) return HeadStatus::need_more;
  const auto first = static_cast<std::uint8_t>(bytes[0]);
  if ((first & 0x70) != 0 || !is_known(first & 0x0F)) return HeadStatus::invalid;
  head.fin = (first & 0x80) != 0;
  head.opcode = static_cast<Opcode>(first & 0x0F);
  if (is_control(head.opcode) && !head.fin) return HeadStatus::invalid;

  if (bytes.size() < 2) return HeadStatus::need_more;
  const auto second = static_cast<std::uint8_t>(bytes[1]);
  if (((second & 0x80) != 0) != (mask_bytes != 0)) return HeadStatus::invalid;
  const std::uint8_t short_length = second & 0x7F;
  if (is_control(head.opcode) && short_length > kMaxControlPayload) return HeadStatus::invalid;

  const std::size_t length_bytes = short_length == 127 ? 8 : short_length == 126 ? 2 : 0;
  if (bytes.size() < 2 + length_bytes) return HeadStatus::need_more;
  head.length = length_bytes == 0 ? short_length : big_endian(bytes.substr(2, length_bytes));
  if (length_bytes == 2 && head.length < 126) return HeadStatus::invalid;
  if (length_bytes == 8 && (head.length < 0x10000 || head.length >> 63 != 0)) return HeadStatus::invalid;

  head.size = static_cast<std::uint8_t>(2 + length_bytes + mask_bytes);
  if (bytes.size() < head.size) return HeadStatus::need_more;
  head.mask = {};
  std::memcpy(head.mask.data(), bytes.data() + 2 + length_bytes, mask_bytes);
  return HeadStatus::complete;
}

std::size_t encode_frame_head(std::uint8_t first, std::uint64_t length, std::array<char, kMaxFrameHead>& out) noexcept {
  out[0] = static_cast<char>(first);
  const std::size_t length_bytes = length < 126 ? 0 : length < 0x10000 ? 2 : 8;
  out[1] = static_cast<char>(length_bytes == 0 ? length : length_bytes == 2 ? 126 : 127);
  for (std::size_t i = 0; i < length_bytes; ++i) {
    out[2 + i] = static_cast<char>(length >> (8 * (length_bytes - 1 - i)));
  }
  return 2 + length_bytes;
}

void apply_mask(char* bytes, std::size_t size, const std::array<char, 4>& mask, std::uint64_t position) noexcept {
  std::array<char, 8> turned{};
  for (std::size_t i = 0; i < turned.size(); ++i) turned[i] = mask[(position + i) & 3];
  const auto word_mask = std::bit_cast<std::uint64_t>(turned);
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + i, 8);
    word ^= word_mask;
    std::memcpy(bytes + i, &word, 8);
  }
  for (; i < size; ++i) bytes[i] = static_cast<char>(bytes[i] ^ turned[i & 7]);
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
  std::string payload;
  if (code == CloseCode::no_status) return payload;
  if (constexpr std::size_t kMaxReason = kMaxControlPayload - 2; reason.size() > kMaxReason) {
    std::size_t cut = kMaxReason;
    while (cut > 0 && (static_cast<std::uint8_t>(reason[cut]) & 0xC0) == 0x80) --cut;
    reason = reason.substr(0, cut);
  }
  payload.push_back(static_cast<char>(code >> 8));
  payload.push_back(static_cast<char>(code & 0xFF));
  payload.append(reason);
  return payload;
}

ParsedClose parse_close(std::string_view payload) noexcept {
  if (payload.empty()) return {};
  if (payload.size() == 1) return {.failure = CloseCode::protocol_error};
  const auto code = static_cast<std::uint16_t>(big_endian(payload.substr(0, 2)));
  if (!is_close_code(code)) return {.failure = CloseCode::protocol_error};
  if (!is_utf8(payload.substr(2))) return {.failure = CloseCode::bad_payload};
  return {.code = code};
}

}  // namespace godwit::net

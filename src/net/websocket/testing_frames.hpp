#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/loop/testing_peer.hpp"
#include "net/websocket/frame.hpp"

/// For tests: a client's frames, and a server's.
namespace godwit::net::testing {

/// A frame as a client sends it.
inline std::string client_frame(std::uint8_t first, std::string_view payload,
                                std::array<char, 4> mask = {0x11, 0x22, 0x33, 0x44}) {
  std::array<char, kMaxFrameHead> head;
  std::string frame(head.data(), encode_frame_head(first, payload.size(), head));
  frame[1] = static_cast<char>(frame[1] | 0x80);
  frame.append(mask.data(), mask.size());
  std::string masked(payload);
  apply_mask(masked.data(), masked.size(), mask, 0);
  return frame + masked;
}
inline std::string client_text(std::string_view payload) { return client_frame(0x81, payload); }

struct ServerFrame {
  std::uint8_t first = 0;
  std::string payload{};
};
/// One frame of a server; nothing at the end.
inline std::optional<ServerFrame> read_frame(Peer& peer) {
  std::string head = peer.read_exactly(2);
  if (head.size() < 2) return std::nullopt;
  std::size_t length = static_cast<std::uint8_t>(head[1]);
  if (const std::size_t more = length == 126 ? 2 : length == 127 ? 8 : 0; more != 0) {
    length = 0;
    for (const char c : peer.read_exactly(more)) length = length << 8 | static_cast<std::uint8_t>(c);
  }
  return ServerFrame{static_cast<std::uint8_t>(head[0]), peer.read_exactly(length)};
}

}  // namespace godwit::net::testing

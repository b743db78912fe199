#include "net/websocket/shared_frame.hpp"

#include "net/websocket/frame.hpp"

namespace godwit::net {

SharedFrame SharedFrame::make(std::uint8_t first, std::string_view payload) {
  std::array<char, kMaxFrameHead> head;
  const std::size_t head_size = encode_frame_head(first, payload.size(), head);
  auto* block = ::new (::operator new(sizeof(Block) + head_size + payload.size()))
      Block{.count = 1, .size = static_cast<std::uint32_t>(head_size + payload.size())};
  auto* bytes = reinterpret_cast<char*>(block + 1);
  std::memcpy(bytes, head.data(), head_size);
  if (!payload.empty()) std::memcpy(bytes + head_size, payload.data(), payload.size());
  SharedFrame frame;
  frame.block_ = block;
  return frame;
}

}  // namespace godwit::net

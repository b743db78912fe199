#include "net/websocket/shared_frame.hpp"

#include <openssl/rand.h>

#include "net/websocket/frame.hpp"

namespace godwit::net {

SharedFrame SharedFrame::joined(std::string_view head, std::string_view payload) {
  const std::size_t size = head.size() + payload.size();
  auto* block =
      ::new (::operator new(sizeof(Block) + size)) Block{.count = 1, .size = static_cast<std::uint32_t>(size)};
  auto* bytes = reinterpret_cast<char*>(block + 1);
  std::memcpy(bytes, head.data(), head.size());
  if (!payload.empty()) std::memcpy(bytes + head.size(), payload.data(), payload.size());
  SharedFrame frame;
  frame.block_ = block;
  return frame;
}

SharedFrame SharedFrame::make(std::uint8_t first, std::string_view payload) {
  std::array<char, kMaxFrameHead> head;
  return joined({head.data(), encode_frame_head(first, payload.size(), head)}, payload);
}

SharedFrame SharedFrame::masked(std::uint8_t first, std::string_view payload) {
  std::array<char, 4> mask{};
  ::RAND_bytes(reinterpret_cast<unsigned char*>(mask.data()), mask.size());
  std::array<char, kMaxFrameHead> head;
  std::size_t head_size = encode_frame_head(first, payload.size(), head);
  head[1] = static_cast<char>(head[1] | 0x80);
  std::memcpy(head.data() + head_size, mask.data(), mask.size());
  head_size += mask.size();
  auto frame = joined({head.data(), head_size}, payload);
  apply_mask(const_cast<char*>(frame.data()) + head_size, payload.size(), mask, 0);
  return frame;
}

std::string_view SharedFrame::payload() const noexcept {
  if (!*this) return {};
  const auto length = static_cast<std::uint8_t>(data()[1]) & 0x7FU;
  return std::string_view(data(), size()).substr(length < 126 ? 2 : length == 126 ? 4 : 10);
}

}  // namespace godwit::net

#include "relay/frame_border.hpp"

#include <algorithm>

#include "net/websocket/frame.hpp"

namespace godwit::relay {

void FrameBorder::pass(std::string_view bytes) noexcept {
  while (!bytes.empty() && !lost_) {
    const auto payload = std::min<std::uint64_t>(left_, bytes.size());
    left_ -= payload;
    bytes.remove_prefix(static_cast<std::size_t>(payload));
    if (bytes.empty()) return;
    const auto taken = std::min(head_.size() - have_, bytes.size());
    std::copy_n(bytes.data(), taken, head_.data() + have_);
    net::FrameHead head;
    const auto status = net::parse_frame_head({head_.data(), have_ + taken}, head, net::Sender::server);
    if (status == net::HeadStatus::need_more) {
      have_ = static_cast<std::uint8_t>(have_ + taken);
      return;
    }
    lost_ = status == net::HeadStatus::invalid;
    if (lost_) return;
    bytes.remove_prefix(head.size - have_);
    have_ = 0;
    left_ = head.length;
    closed_ = closed_ || head.opcode == net::Opcode::close;
  }
}

}  // namespace godwit::relay

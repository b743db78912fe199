#pragma once
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "net/websocket/shared_frame.hpp"

namespace godwit::net {

/// What comes after the first frame of a channel's queue. Only busy channels have one; the host keeps spare ones.
class Outbox {
 public:
  void push(SharedFrame frame) { frames_.push_back(std::move(frame)); }

  [[nodiscard]] SharedFrame pop() noexcept {
    SharedFrame frame = std::move(frames_[head_++]);
    if (head_ == frames_.size()) {
      frames_.clear();
      head_ = 0;
    } else if (head_ >= 64 && head_ * 2 >= frames_.size()) {
      frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(head_));
      head_ = 0;
    }
    return frame;
  }

  [[nodiscard]] std::span<const SharedFrame> frames() const noexcept { return std::span(frames_).subspan(head_); }
  [[nodiscard]] bool empty() const noexcept { return frames_.empty(); }
  [[nodiscard]] std::size_t capacity() const noexcept { return frames_.capacity(); }

  void clear() noexcept {
    frames_.clear();
    head_ = 0;
    late_pong = {};
  }

  /// The answer to the last ping that came while the socket was full (RFC 6455 §5.5.3: only the latest needs one).
  SharedFrame late_pong{};

 private:
  std::vector<SharedFrame> frames_{};
  std::size_t head_ = 0;  ///< frames before it are gone
};

}  // namespace godwit::net

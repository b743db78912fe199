#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace godwit::relay {

/// Follows a server's frames as they pass: whether one has begun and not ended. A stream that is no frames of a server
/// is at no border any more.
class FrameBorder {
 public:
  void pass(std::string_view bytes) noexcept;
  /// A frame may follow now.
  [[nodiscard]] bool here() const noexcept { return left_ == 0 && have_ == 0 && !lost_; }
  /// A close frame has passed, or begun to: nothing may follow it.
  [[nodiscard]] bool closed() const noexcept { return closed_; }

 private:
  std::uint64_t left_ = 0;       ///< of the frame's payload
  std::array<char, 10> head_{};  ///< of a frame whose head is cut
  std::uint8_t have_ = 0;
  bool closed_ = false, lost_ = false;
};

}  // namespace godwit::relay

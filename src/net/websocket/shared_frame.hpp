#pragma once
#include <atomic>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <string_view>
#include <utility>

namespace godwit::net {

/// One WebSocket frame, encoded once (header and payload in one block) and shared by every channel that sends it.
/// Immutable after it is made; the count is atomic, so receivers may sit on different threads. 16 bytes a block beside
/// it.
class SharedFrame {
 public:
  SharedFrame() = default;
  SharedFrame(const SharedFrame& other) noexcept : block_(other.block_) {
    if (block_) block_->count.fetch_add(1, std::memory_order_relaxed);
  }
  SharedFrame(SharedFrame&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  SharedFrame& operator=(SharedFrame other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~SharedFrame() { release(); }

  /// A whole text message in one unmasked frame (RFC 6455 §5.2).
  static SharedFrame text(std::string_view payload) { return make(0x81, payload); }
  /// Any single frame: `first` is the first header byte (FIN, RSV, opcode).
  static SharedFrame make(std::uint8_t first, std::string_view payload);

  /// The same as a client sends it: masked by a fresh random key (§5.3).
  static SharedFrame masked(std::uint8_t first, std::string_view payload);

  [[nodiscard]] const char* data() const noexcept { return reinterpret_cast<const char*>(block_ + 1); }
  [[nodiscard]] std::size_t size() const noexcept { return block_ ? block_->size : 0; }
  /// Of an unmasked frame: its first byte, and what it carries.
  [[nodiscard]] std::uint8_t first() const noexcept { return static_cast<std::uint8_t>(data()[0]); }
  [[nodiscard]] std::string_view payload() const noexcept;
  explicit operator bool() const noexcept { return block_ != nullptr; }

 private:
  struct Block {
    std::atomic<std::uint32_t> count;
    std::uint32_t size;
  };
  static SharedFrame joined(std::string_view head, std::string_view payload);
  void release() noexcept {
    if (block_ && block_->count.fetch_sub(1, std::memory_order_acq_rel) == 1) ::operator delete(block_);
  }
  Block* block_ = nullptr;
};

}  // namespace godwit::net

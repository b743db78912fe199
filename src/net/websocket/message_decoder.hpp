#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "net/websocket/frame.hpp"

namespace godwit::net {

/// What a decoder finds, in order. Each answers whether to go on: false stops `feed` at once, without touching the
/// decoder again, so the sink may have destroyed it. Views are gone after the call.
class MessageSink {
 public:
  virtual bool message(std::string_view payload, bool text) = 0;  ///< `text`: proven UTF-8
  virtual bool ping(std::string_view payload) = 0;
  virtual bool pong(std::string_view payload) = 0;
  virtual bool close(std::string_view payload) = 0;

 protected:
  ~MessageSink() = default;
};

struct DecoderLimits {
  std::size_t message_bytes = 64 * 1024;  ///< of one message, all fragments together
  std::size_t fragments = 1024;           ///< of one message
  Sender sender = Sender::client;         ///< whose frames they are
};

/// Frames of one side to messages, as the bytes come (RFC 6455 §5, §8.1). Pure: no socket, no clock. One pointer while
/// idle; holds memory only for a frame or message that has not arrived whole.
class MessageDecoder {
 public:
  MessageDecoder() noexcept;
  MessageDecoder(const MessageDecoder&) = delete;
  MessageDecoder& operator=(const MessageDecoder&) = delete;
  ~MessageDecoder();

  /// Takes all of `bytes`, unmasking them in place. Returns 0, or the close code to fail the connection with: 1002 for
  /// the framing, 1007 for text that is not UTF-8 (as soon as it shows), 1009 for what is above the limits (at the
  /// frame's head, before its payload). After a failure, or a sink's false, it must not be fed again.
  [[nodiscard]] std::uint16_t feed(std::span<char> bytes, const DecoderLimits& limits, MessageSink& sink);

  /// Forgets what has begun and gives its memory back.
  void reset() noexcept;

  /// Whether a frame or message has begun and not ended.
  [[nodiscard]] bool partial() const noexcept { return partial_ != nullptr; }

 private:
  struct Partial;
  struct Feeding;
  std::unique_ptr<Partial> partial_;
};

}  // namespace godwit::net

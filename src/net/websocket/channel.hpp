#pragma once
#include <sys/types.h>
#include <sys/uio.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/loop/event_loop.hpp"
#include "net/http/http.hpp"
#include "net/websocket/message_decoder.hpp"
#include "net/websocket/shared_frame.hpp"

namespace godwit::net {

class ChannelHost;
class Outbox;

/// A place in one of the host's rings (ping wheel, channels that are closing).
struct RingLink {
  RingLink* prev = this;
  RingLink* next = this;

  [[nodiscard]] bool alone() const noexcept { return next == this; }
  void unlink() noexcept {
    prev->next = next;
    next->prev = prev;
    prev = next = this;
  }
  void append(RingLink& link) noexcept {  ///< as the last of the ring that begins here
    link.prev = prev;
    link.next = this;
    prev->next = &link;
    prev = &link;
  }
  void take_all(RingLink& ring) noexcept {  ///< this one must be alone
    if (ring.alone()) return;
    ring.next->prev = ring.prev->next = this;
    next = ring.next;
    prev = ring.prev;
    ring.prev = ring.next = &ring;
  }
};

/// The push channel: a server-side RFC 6455 connection on the raw socket, after the upgrade (or the client's side:
/// `ChannelSettings::client`).
/// Idle it holds no coroutine and no buffer: it waits for readiness, reads into the host's buffer, and keeps bytes of
/// its own only for a message that has not arrived whole. Frames queue by reference and leave in one write at the end
/// of the wake-up; a queue past `queue_bytes` closes with 4002 (what was queued is dropped: the client resumes).
/// Strict: masked client frames only, no reserved bits, opcodes or lengths, control frames whole and ≤ 125 bytes, UTF-8
/// across fragments (1007), close codes valid on the wire (1002), messages and fragments bounded (1009). A turn of
/// reading takes at most 16 KiB; after each the owner says for how long reading rests (`on_turn`), and meanwhile the
/// peer's bytes wait in the kernel, then at the peer. A callback that runs out of memory ends this channel alone.
/// Lives on its host's loop thread, from `open` to `on_closed`; never touched from elsewhere. It may be closed or
/// destroyed from inside any of its own callbacks. `send` and `close` call nothing back: callbacks come from the loop,
/// and from `open`.
class Channel : public Readiness, private RingLink {
 public:
  Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel() override;  ///< closes an open socket without ceremony and without on_closed

  /// Takes the socket; bytes that came early are processed before this returns.
  void open(ChannelHost& host, RawSocket socket);

  /// Queues a frame. Ignored once closing.
  void send(const SharedFrame& frame);

  /// Sends a close frame after what is queued, waits for the peer's (at most the host's close deadline), then ends.
  /// Reason at most 123 bytes of UTF-8; what is more is cut.
  void close(std::uint16_t code, std::string_view reason = {});

  [[nodiscard]] bool closing() const noexcept { return state_ != State::open || overflowed_; }

 protected:
  /// A whole message arrived. `text`: UTF-8, proven. The view is gone after the call.
  virtual void on_message(std::string_view payload, bool text) = 0;
  /// A turn of reading is over: it brought `messages` (pings and pongs are counted) in `bytes`. How long reading is to
  /// rest; 0: not at all. Asked again, with nothing, when the rest is over. May close.
  virtual std::chrono::milliseconds on_turn(std::uint32_t messages, std::size_t bytes) {
    (void)messages, (void)bytes;
    return {};
  }
  /// The channel itself is about to close with this code (4002, 4003): the last chance to queue a frame before the
  /// close frame.
  virtual void on_closing(std::uint16_t code) { (void)code; }
  /// Closing has begun, by either side: nothing more is heard or sent but the close frame. Not called where the socket
  /// just ended. Must neither send nor destroy.
  virtual void on_close_begun() noexcept {}
  /// The socket is gone; called exactly once, last. `code` is the close code that ended it: ours, or the peer's (1005
  /// for one without), 1006 where none was seen. The object may delete itself here.
  virtual void on_closed(std::uint16_t code) = 0;

 private:
  enum class State : std::uint8_t {
    fresh,
    open,
    closing,    ///< our close frame is queued or sent; the peer's is awaited
    ending,     ///< nothing more is to come: what is queued leaves, then the socket is shut down
    lingering,  ///< shut down; what the peer still sends is dropped, until it closes too
    closed,
  };
  struct Incoming;
  class Alive;
  friend class ChannelHost;
  static constexpr std::uint32_t kNotListed = ~0U;

  void on_ready(bool readable, bool writable, bool hung_up) override;

  // channel_read.cpp
  void read(bool to_the_end);
  void read_turn(bool to_the_end);
  bool take(std::span<char> bytes);
  template <class Act>
  void unless_out_of_memory(Act act);
  bool end_turn(std::uint32_t messages, std::size_t bytes);
  void read_on();
  void end_of_input(bool failed);
  bool on_ping(std::string_view payload);
  bool on_peer_close(std::string_view payload);
  void fail(std::uint16_t code);

  // channel_write.cpp
  void enqueue(SharedFrame frame);
  void request_flush();
  void flush();
  bool write_queue();
  [[nodiscard]] ssize_t write_some();
  [[nodiscard]] ssize_t write_copied(std::span<const iovec> pieces, std::size_t bytes) const;
  void consume(std::size_t written);
  SharedFrame next_frame() noexcept;
  void drop_queue();

  void begin_close(std::uint16_t code, std::string_view reason, State next);
  void close_by_itself(std::uint16_t code);
  void finish();
  void release() noexcept;

  ChannelHost* host_ = nullptr;
  SharedFrame first_{};               ///< the queue: its head here, so that one frame needs no block,
  std::unique_ptr<Outbox> rest_{};    ///< and what comes after it
  MessageDecoder decoder_{};
  int fd_ = -1;
  std::uint32_t queued_ = 0;          ///< bytes, each frame counted with kFrameCost
  std::uint32_t begun_ = 0;           ///< bytes of first_ that are written
  std::uint32_t flush_place_ = kNotListed;
  std::uint32_t stamp_ = 0;  ///< host's tick: open: of the ping that waits for its pong; later: when closing began
  std::uint16_t code_ = 0;            ///< what ended it
  State state_ = State::fresh;
  bool blocked_ : 1 = false;          ///< the socket takes no more: waits for the edge
  bool overflowed_ : 1 = false;
  bool awaits_pong_ : 1 = false;
  bool input_ended_ : 1 = false;
  bool unread_ : 1 = false;           ///< listed for another read: its turn ended before its bytes did
  bool rests_ : 1 = false;            ///< is not read for now; the host has its time
};

struct ChannelSettings {
  std::size_t queue_bytes =
      1024 * 1024;  ///< of unsent frames a channel, each counted with 32 bytes of its own; ≤ 2 GiB
  std::size_t message_bytes = 64 * 1024;     ///< of one incoming message
  std::size_t fragments = 1024;              ///< of one incoming message
  std::chrono::milliseconds ping_interval{25'000};
  std::chrono::milliseconds pong_timeout{10'000};
  std::chrono::milliseconds close_deadline{10'000};
  /// The other role: the peer is the server. The owner sends `SharedFrame::masked`, the channel masks what it sends by
  /// itself, and takes unmasked frames only.
  bool client = false;
};

/// What the channels of one loop share: read buffer, flush list, ping wheel. Loop's thread only (made and destroyed
/// elsewhere while the loop does not run). Channels that are still open when it goes are cut off: their sockets close,
/// on_closed is not called. Several hosts may stand on one loop, with other settings each.
class ChannelHost {
 public:
  ChannelHost(EventLoop& loop, ChannelSettings settings);
  ~ChannelHost();
  ChannelHost(const ChannelHost&) = delete;
  ChannelHost& operator=(const ChannelHost&) = delete;
  [[nodiscard]] EventLoop& loop() noexcept;
  [[nodiscard]] std::size_t open_channels() const noexcept;  ///< with those that are closing

  struct Impl;
  [[nodiscard]] Impl& impl() noexcept { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace godwit::net

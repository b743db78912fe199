#pragma once
#include <chrono>
#include <cstdint>
#include <string_view>

#include "domain/message.hpp"
#include "domain/people.hpp"
#include "net/websocket/shared_frame.hpp"
#include "node/frame_rates.hpp"
#include "service/registry.hpp"

namespace godwit::node {

class Hub;

/// Close codes of the protocol.
enum class Close : std::uint16_t {
  draining = 4001,
  too_slow = 4002,
  no_pong = 4003,
  token_expired = 4501,
  session_ended = 4502,
  too_many = 4503,
  protocol_violation = 4504,
  replaced = 4505,
};

/// One device's connection as its hub knows it: whose it is, what it may say, how it is told. `Connection` is one on
/// the network; a test brings its own. Its hub owns it from `NodeRole::accept` on and destroys it in `gone`; on the
/// hub's executor only. Kept small: there may be 20,000 of these a process.
class Socket {
 public:
  explicit Socket(Identity who) : who_(std::move(who)) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  virtual ~Socket() = default;

  [[nodiscard]] const Identity& who() const noexcept { return who_; }
  /// Grows with every accepted socket of the process: tells an older socket of a session from a newer one.
  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }

  /// Queues a frame; nothing once closing. Neither this nor `close` calls the hub back.
  virtual void send(const net::SharedFrame& frame) = 0;
  /// Closes after what is queued; `gone` follows.
  virtual void close(std::uint16_t code, std::string_view reason) = 0;

  /// Has the CPU load what `send` reads: the object's beginning, and what lies before it, a `Connection`'s channel.
  void fetch() const noexcept {
    constexpr std::uintptr_t kLine = 64;
    for (std::uintptr_t lines = 0; lines < 3; ++lines)
      __builtin_prefetch(reinterpret_cast<const void*>(reinterpret_cast<std::uintptr_t>(this) - lines * kLine), 1);
  }

  /// Says who is connected (201), once: the first frame of every socket, also of one that ends before it stood.
  void greet();
  /// Says why (202), then closes.
  void end(Close code, std::string_view reason = {});

 protected:
  // What an implementation tells its hub, from `accept`'s `begin` on.

  /// The client sent a whole message.
  void hear(std::string_view payload, bool text);
  /// A turn of reading is over: it brought `messages` in `bytes`. How long reading is to rest; 0: not at all.
  [[nodiscard]] std::chrono::milliseconds rest_after(std::uint32_t messages, std::size_t bytes, SteadyTime now);
  /// Closing has begun, by either side.
  void leave() noexcept;
  /// The socket has ended with this code. Once, last: destroys the object.
  void gone(std::uint16_t code);

 private:
  void acknowledge(const std::string& view, Seq seq);
  void type_in(const std::string& view);
  bool far_above(std::chrono::milliseconds debt, std::chrono::milliseconds rest, SteadyTime now);

  friend class Hub;
  Hub* hub_ = nullptr;      ///< set when it takes the socket
  bool connected_ = false;  ///< was sent 201: gets pushes; here, as each push reads it beside the object's table
  bool registered_ = false;
  bool left_ = false;
  Identity who_;
  std::uint64_t number_ = 0;
  registry::Epoch epoch_ = 0;  ///< of its registration; until there is one: of the last that is known of its session
  std::uint32_t typing_window_ = 0;  ///< the second in which `typing_count_` counts
  std::uint16_t typing_count_ = 0;
  FrameMeter meter_{};
  std::uint32_t over_since_ = 0;  ///< steady seconds; above its rate at every turn since then; 0: it is not
};

}  // namespace godwit::node

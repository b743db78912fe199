#pragma once
#include <fcntl.h>

#include <functional>
#include <mutex>
#include <vector>

#include "net/websocket/channel.hpp"
#include "net/loop/testing_loop.hpp"
#include "net/websocket/testing_frames.hpp"

namespace godwit::net::testing {

/// Notes what happens to it; what it does then is set by the test. Callbacks run on the loop.
class TestChannel final : public Channel {
 public:
  std::function<void(std::string_view, bool)> when_message;
  std::function<std::chrono::milliseconds(std::uint32_t, std::size_t)> when_turn;
  std::function<void(std::uint16_t)> when_closing;
  std::function<void(std::uint16_t)> when_closed;

  [[nodiscard]] std::vector<std::string> events() const {
    const std::lock_guard lock(mutex_);
    return events_;
  }
  [[nodiscard]] bool noted(std::string_view event) const {
    const std::lock_guard lock(mutex_);
    return !events_.empty() && events_.back() == event;
  }

 private:
  void note(std::string event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
  }
  void on_message(std::string_view payload, bool text) override {
    note((text ? "text " : "binary ") + std::string(payload));
    if (auto then = when_message) then(payload, text);
  }
  std::chrono::milliseconds on_turn(std::uint32_t messages, std::size_t bytes) override {
    return when_turn ? when_turn(messages, bytes) : std::chrono::milliseconds(0);
  }
  void on_closing(std::uint16_t code) override {
    note("closing " + std::to_string(code));
    if (auto then = when_closing) then(code);
  }
  void on_closed(std::uint16_t code) override {
    note("closed " + std::to_string(code));
    if (auto then = when_closed) then(code);
  }

  mutable std::mutex mutex_;
  std::vector<std::string> events_;
};

/// A host on a running loop, and channels over socket pairs.
class ChannelKit {
 public:
  explicit ChannelKit(ChannelSettings settings = {}) {
    thread.loop.call([&] { host = std::make_unique<ChannelHost>(thread.loop, settings); });
  }
  ~ChannelKit() {
    thread.loop.call([this] {
      channels.clear();
      host.reset();
    });
  }

  /// A channel whose socket's buffers hold about `buffer` bytes (0 = the system's), after `prepare`.
  Peer open(std::string early = {}, int buffer = 0, const std::function<void(TestChannel&)>& prepare = {}) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return Peer(-1);
    if (buffer != 0) ::setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    const int flags = ::fcntl(ends[0], F_GETFL);
    ::fcntl(ends[0], F_SETFL, flags | O_NONBLOCK);
    thread.loop.call([&] {
      channels.push_back(std::make_unique<TestChannel>());
      if (prepare) prepare(*channels.back());
      channels.back()->open(*host, {.fd = ends[0], .early = std::move(early), .loop = &thread.loop});
    });
    return Peer(ends[1]);
  }
  TestChannel& channel(std::size_t index = 0) { return *channels[index]; }
  void on_loop(const std::function<void()>& act) {
    thread.loop.call([&] { act(); });
  }
  [[nodiscard]] std::size_t open_channels() {
    std::size_t count = 0;
    on_loop([&] { count = host->open_channels(); });
    return count;
  }

  std::unique_ptr<ChannelHost> host;
  std::vector<std::unique_ptr<TestChannel>> channels;
  LoopThread thread;
};

inline std::string close_frame(std::uint16_t code, std::string_view reason = {}) {
  return client_frame(0x88, close_payload(code, reason));
}

/// The code of a close frame; 0 where it is none.
inline std::uint16_t close_code_of(const std::optional<ServerFrame>& frame) {
  if (!frame || frame->first != 0x88) return 0;
  if (frame->payload.empty()) return CloseCode::no_status;
  return static_cast<std::uint16_t>(static_cast<std::uint8_t>(frame->payload[0]) << 8 |
                                    static_cast<std::uint8_t>(frame->payload[1]));
}

}  // namespace godwit::net::testing

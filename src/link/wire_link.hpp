#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "link/wire.hpp"
#include "net/websocket/channel.hpp"

namespace godwit::link {

struct WireSettings {
  /// Of what one end sent and the kernel has not taken: so many bytes wait to be handed to the loop, and as many on the
  /// loop. Also the most that one message may have. Above: the link is cut.
  std::size_t queue_bytes = std::size_t{16} << 20;
  std::chrono::milliseconds heartbeat{2'000};  ///< a ping each
  std::chrono::milliseconds silence{3'000};    ///< an end that is silent for so long after a ping: the link is cut
};
/// The channels' settings that follow; `client`: the dispatcher's.
[[nodiscard]] net::ChannelSettings channel_settings(const WireSettings& settings, bool client);

/// One end of a link over a WebSocket. `send` and `cut` from any thread; what is sent is encoded at once and leaves on
/// the loop, together with what was sent meanwhile. The end that it belongs to hears on the loop's thread.
class WireLink : public Link, public std::enable_shared_from_this<WireLink> {
 public:
  /// `closed`: its socket is gone; on the loop, last.
  using Closed = std::move_only_function<void()>;

  WireLink(std::string node, std::string dispatcher, net::EventLoop& loop, std::size_t queue_bytes, bool client);
  ~WireLink() override;

  /// Takes the socket and begins to hear. On the loop, once.
  void open(net::ChannelHost& host, net::RawSocket socket, Closed closed);
  /// Drops the socket without a word; nothing is told. On the loop: its owner goes.
  void drop();

  [[nodiscard]] const std::string& node() const noexcept override { return node_; }
  [[nodiscard]] const std::string& dispatcher() const noexcept override { return dispatcher_; }
  void cut() override;
  /// Nothing that is sent goes any more.
  [[nodiscard]] bool is_cut() const {
    Guard guard(mutex_);
    return cut_;
  }

 protected:
  using Guard = std::lock_guard<std::mutex>;

  /// What came, under no lock; false: malformed. Stops where `is_cut`.
  virtual bool hear(std::string_view bytes) = 0;
  virtual void tell_ended() = 0;
  /// `encode` appends to what is to be sent, under the lock.
  template <class Encode>
  void queue(Encode encode) {
    Guard guard(mutex_);
    if (cut_) return;
    encode(pending_);
    queued();
  }

  mutable std::mutex mutex_;  ///< also guards the numbers; held over no call of others

 private:
  class Connection;
  void queued();
  void flush();
  void begin_cut();
  void end();

  const std::string node_, dispatcher_;
  net::EventLoop& loop_;
  const std::size_t most_;
  const bool client_;
  std::string pending_{};  ///< with the two below guarded by `mutex_`
  bool flushing_ = false;
  bool cut_ = false;

  std::unique_ptr<Connection> connection_{};  ///< with the two below of the loop
  Closed closed_{};
  bool ended_ = false;
};

/// The node's end.
class NodeWireLink final : public WireLink {
 public:
  NodeWireLink(NodeEnd& end, std::string node, std::string dispatcher, net::EventLoop& loop,
               const WireSettings& settings)
      : WireLink(std::move(node), std::move(dispatcher), loop, settings.queue_bytes, false), end_(end) {}
  void send(Down) override {}  ///< the other end's
  void send(Up message) override {
    queue([&](std::string& out) { wire_.encode(message, out); });
  }

 private:
  bool hear(std::string_view bytes) override;
  void tell_ended() override { end_.ended(*this); }

  NodeEnd& end_;
  NodeWire wire_;
};

/// The dispatcher's end.
class DispatcherWireLink final : public WireLink {
 public:
  DispatcherWireLink(DispatcherEnd& end, std::string node, std::string dispatcher, net::EventLoop& loop,
                     const WireSettings& settings)
      : WireLink(std::move(node), std::move(dispatcher), loop, settings.queue_bytes, true), end_(end) {}
  void send(Down message) override {
    queue([&](std::string& out) { wire_.encode(message, out); });
  }
  void send(Up) override {}  ///< the other end's

 private:
  bool hear(std::string_view bytes) override;
  void tell_ended() override { end_.ended(*this); }

  DispatcherEnd& end_;
  DispatcherWire wire_;
};

}  // namespace godwit::link

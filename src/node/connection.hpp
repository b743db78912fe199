#pragma once
#include "net/websocket/channel.hpp"
#include "node/socket.hpp"

namespace godwit::node {

/// A socket on the network: a push channel, on its hub's event loop.
class Connection final : public net::Channel, public Socket {
 public:
  using Socket::Socket;

  void send(const net::SharedFrame& frame) override { Channel::send(frame); }
  void close(std::uint16_t code, std::string_view reason) override { Channel::close(code, reason); }

 private:
  void on_message(std::string_view payload, bool text) override { hear(payload, text); }
  std::chrono::milliseconds on_turn(std::uint32_t messages, std::size_t bytes) override {
    return rest_after(messages, bytes, net::EventLoop::current()->now());
  }
  void on_close_begun() noexcept override { leave(); }
  void on_closed(std::uint16_t code) override { gone(code); }
};

}  // namespace godwit::node

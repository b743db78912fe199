#include "app/server/debug_echo.hpp"

#include "net/loop/event_loop.hpp"

namespace godwit::app {
namespace {

constexpr std::size_t kMessageBytes = 16 * 1024 * 1024;
constexpr std::size_t kFragments = 65'536;

class EchoChannel final : public net::Channel {
  void on_message(std::string_view payload, bool text) override {
    send(net::SharedFrame::make(text ? 0x81 : 0x82, payload));
  }
  void on_closed(std::uint16_t) override { delete this; }
};

}  // namespace

DebugEcho::DebugEcho(const std::vector<net::EventLoop*>& loops) {
  net::ChannelSettings settings;
  settings.message_bytes = kMessageBytes;
  settings.fragments = kFragments;
  settings.queue_bytes = 4 * kMessageBytes;
  for (auto* loop : loops) hosts_.push_back(std::make_unique<net::ChannelHost>(*loop, settings));
}

DebugEcho::~DebugEcho() = default;

void DebugEcho::take(net::RawSocket socket, user::Proven, Slots::Slot) {
  auto& host = *hosts_.at(socket.loop->index());
  (new EchoChannel)->open(host, std::move(socket));  // deletes itself
}

}  // namespace godwit::app

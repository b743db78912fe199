#include "app/server/debug_echo.hpp"

#include "net/event_loop.hpp"
#include "net/websocket_handshake.hpp"

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

Task<gateway::Answer> upgrade(gateway::Call& call, net::ChannelHost& host) {
  if (!net::wants_websocket(call.http)) co_return fail(Code::upgrade_required);
  CO_TRY(auto handshake, net::websocket_handshake(call.http));
  net::Response response;
  response.status = 101;
  response.headers = {{"upgrade", "websocket"}, {"connection", "Upgrade"}, {"sec-websocket-accept", handshake.accept}};
  response.take_over = [&host](net::RawSocket socket) {
    (new EchoChannel)->open(host, std::move(socket));
  };  // deletes itself
  co_return response;
}

}  // namespace

DebugEcho::DebugEcho(const std::vector<net::EventLoop*>& loops) {
  net::ChannelSettings settings;
  settings.message_bytes = kMessageBytes;
  settings.fragments = kFragments;
  settings.queue_bytes = 4 * kMessageBytes;
  for (auto* loop : loops) hosts_.push_back(std::make_unique<net::ChannelHost>(*loop, settings));
}

DebugEcho::~DebugEcho() = default;

gateway::Routes DebugEcho::routes() {
  return {{"GET", "/debug/echo", gateway::Access::open, gateway::Body::none,
           [this](gateway::Call& call) { return upgrade(call, *hosts_.at(call.http.loop)); }}};
}

}  // namespace godwit::app

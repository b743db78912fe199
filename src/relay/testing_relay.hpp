#pragma once
#include <fcntl.h>
#include <sys/resource.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/http/server.hpp"
#include "net/internal/listener.hpp"
#include "net/loop/testing_loop.hpp"
#include "net/websocket/channel.hpp"
#include "net/websocket/handshake.hpp"
#include "net/websocket/testing_frames.hpp"
#include "relay/relay.hpp"
#include "relay/socket_door.hpp"

/// For tests: a gateway's process and nodes' ones, on loops of one.
namespace godwit::relay::testing {

using namespace net::testing;

inline Log& quiet() {
  static Log log(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  return log;
}

/// A node that sends every message back, and says who it is about when asked ("who").
class EchoNode final : public gateway::HandOver {
 public:
  explicit EchoNode(std::string name, net::ChannelSettings settings = {.message_bytes = 8 << 20},
                    std::uint16_t port = 0)
      : name_(std::move(name)), door_(*this, quiet()) {
    settings.ping_interval = std::chrono::minutes(10);  // whatever comes is an answer
    loop_.loop.call([&] { host_ = std::make_unique<net::ChannelHost>(loop_.loop, settings); });
    listener_.emplace(std::vector{&loop_.loop},
                      net::internal::InternalListener::Settings{.port = port, .name = name_, .secret = "the secret"},
                      std::vector<net::internal::Door*>{&door_}, random_, quiet());
    if (!listener_->open()) std::abort();
    listener_->start();
  }
  ~EchoNode() override { die(); }
  /// As a process that is killed: its sockets close, whatever they were about.
  void die() {
    listener_.reset();
    loop_.loop.call([&] {
      host_.reset();
      channels_.clear();
    });
  }
  void take(net::RawSocket socket, user::Proven proven, Slots::Slot) override {
    channels_.push_back(std::make_unique<Echo>(*this, std::move(proven)));
    ++taken;
    channels_.back()->open(*host_, std::move(socket));
  }
  [[nodiscard]] discovery::Node address() const {
    return {.name = name_, .host = "127.0.0.1", .port = listener_->port()};
  }
  /// On the node's loop, with the channel of this place.
  void with(std::size_t place, const std::function<void(net::Channel&)>& act) {
    loop_.loop.call([&] { act(*channels_.at(place)); });
  }
  void with_all(const std::function<void(net::Channel&)>& act) {
    loop_.loop.call([&] {
      for (auto& channel : channels_)
        if (channel->is_open) act(*channel);
    });
  }
  std::atomic<int> taken = 0, ended = 0, last_code = 0;

 private:
  struct Echo final : net::Channel {
    Echo(EchoNode& own_node, user::Proven own_proven) : node(own_node), proven(std::move(own_proven)) {}
    void on_message(std::string_view payload, bool text) override {
      if (payload == "who") {
        const auto& who = proven.who;
        return send(net::SharedFrame::text(who.user.str() + " " + who.session.str() + " " + who.device.str() + " " +
                                           std::to_string(who.expires_at) + " " + std::to_string(proven.as_of.number) +
                                           " at " + node.name_));
      }
      send(net::SharedFrame::make(text ? 0x81 : 0x82, payload));
    }
    void on_closed(std::uint16_t code) override { ++node.ended, node.last_code = code, is_open = false; }
    EchoNode& node;
    const user::Proven proven;
    bool is_open = true;
  };

  SystemRandom random_;
  const std::string name_;
  LoopThread loop_;
  std::unique_ptr<net::ChannelHost> host_;
  std::vector<std::unique_ptr<Echo>> channels_;
  SocketDoor door_;
  std::optional<net::internal::InternalListener> listener_;
};

/// A gateway: upgrades whoever asks, as user `?<name>`, hinted to the node that the test sets.
class Front {
 public:
  explicit Front(std::vector<discovery::Node> nodes, Relay::Settings settings = {}, gateway::HandOver* local = nullptr)
      : list(std::move(nodes)) {
    settings.name = "gateway-1";
    relay.emplace(std::vector{&loop.loop}, list, phone, settings, local, quiet());
    net::HttpHandlers handlers{.handle = [this](net::Request& request) { return handle(request); },
                               .refuse = [](const Error&) { return net::Response{.status = 400}; }};
    server.emplace(loop.loop, net::HttpServer::Settings{.port = 0}, std::move(handlers), gate, quiet());
    if (!server->open()) std::abort();
    server->start();
  }
  ~Front() {
    server.reset();
    relay.reset();
  }
  /// A client, behind the answer to its handshake, and to what it said `early`.
  Peer connect(const std::string& early = {}, const std::string& user = "ann") {
    Peer peer = connect_to(server->port());
    peer.write("GET /?" + user +
               " HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
               early);
    status = peer.read_until("\r\n\r\n").substr(9, 3);
    return peer;
  }

  SystemRandom random;
  net::internal::Phone phone{.secret = "the secret", .random = random};
  discovery::GivenNodes list;
  Slots::Slot opening;  ///< goes with each socket
  std::string hint, status;
  LoopThread loop;
  std::optional<Relay> relay;
  net::ConnectionGate gate{{}};
  std::optional<net::HttpServer> server;

 private:
  Task<net::Response> handle(net::Request& request) {
    if (const auto ready = relay->ready(); !ready) co_return net::Response{.status = 503};
    const auto handshake = net::websocket_handshake(request);
    net::Response response{.status = 101};
    response.headers = {
        {"upgrade", "websocket"}, {"connection", "Upgrade"}, {"sec-websocket-accept", handshake->accept}};
    user::Proven proven{.who = {.user = UserKey(request.query),
                                .session = SessionId("s-1"),
                                .device = DeviceId("phone"),
                                .expires_at = 2'000'000'000'000},
                        .as_of = {.epoch = 0, .number = 7},
                        .node = hint};
    response.take_over = [this, proven](net::RawSocket socket) { relay->take(std::move(socket), proven, opening); };
    co_return response;
  }
};

inline std::string echoed(Peer& client, const std::string& text) {
  client.write(client_text(text));
  const auto frame = read_frame(client);
  return frame ? frame->payload : "(nothing)";
}
inline std::uint16_t code_of(const std::optional<ServerFrame>& frame) {
  if (!frame || frame->first != 0x88 || frame->payload.size() < 2) return 0;
  return static_cast<std::uint16_t>(static_cast<std::uint8_t>(frame->payload[0]) << 8 |
                                    static_cast<std::uint8_t>(frame->payload[1]));
}

}  // namespace godwit::relay::testing

#include "simulate/front.hpp"

namespace godwit::simulate {
namespace {

/// The payload of an unmasked text frame.
std::string payload_of(const net::SharedFrame& frame) {
  const auto length = static_cast<unsigned char>(frame.data()[1]) & 0x7FU;
  const std::size_t head = length < 126 ? 2 : length == 126 ? 4 : 10;
  return {frame.data() + head, frame.size() - head};
}

net::Request request_of(Ask ask, std::string peer) {
  net::Request request;
  request.method = std::move(ask.method), request.path = std::move(ask.path), request.query = std::move(ask.query);
  request.body = std::move(ask.body);
  request.has_body = !request.body.empty();
  request.peer = std::move(peer);
  request.headers.push_back({"host", "here"});
  if (request.has_body) request.headers.push_back({"content-type", "application/json"});
  if (!ask.token.empty()) request.headers.push_back({"authorization", "Bearer " + ask.token});
  return request;
}

}  // namespace

/// The node's end of a line.
class Front::Plug final : public node::Socket {
 public:
  Plug(Front& front, std::uint64_t line, Identity who) : Socket(std::move(who)), front_(front), line_(line) {}
  ~Plug() override {
    if (const auto found = front_.lines_.find(line_); found != front_.lines_.end() && found->second.plug == this)
      found->second.plug = nullptr;
  }

  void send(const net::SharedFrame& frame) override {
    if (closing_) return;
    auto& line = front_.lines_.at(line_);
    front_.network_.scheduler().at(front_.in_order(line.down), [&front = front_, n = line_, text = payload_of(frame)] {
      auto& to = front.lines_.at(n);
      if (to.hung_up || to.ended) return;
      to.client->executor().post([&to, n, text] {
        if (!to.hung_up && !to.ended) to.ear->on_frame(n, text);
      });
    });
  }
  void close(std::uint16_t code, std::string_view) override {
    if (std::exchange(closing_, true)) return;
    front_.tell_end(line_, code, 0);
    Executor::current()->post([this, alive = std::weak_ptr(alive_), code] {
      if (!alive.expired()) finish(code);
    });
  }
  void say(std::string_view text) {
    if (!closing_) hear(text, true);
  }
  /// It broke, or the client hung up.
  void finish(std::uint16_t code) {
    closing_ = true;
    const auto alive = std::weak_ptr(alive_);
    leave();
    if (!alive.expired()) gone(code);
  }

 private:
  Front& front_;
  const std::uint64_t line_;
  bool closing_ = false;
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

Entrance& Front::some_entrance() { return entrances[network_.scheduler().dice().below(entrances.size())]; }

/// What is said on a line comes after what was said before.
Time Front::in_order(Time& last) {
  last = std::max(last + 1, network_.scheduler().now() + network_.delay());
  return last;
}

Task<Reply> Front::serve(gateway::GatewayRole& gateway, Ask ask, std::string peer) {
  auto request = request_of(std::move(ask), std::move(peer));
  auto response = co_await gateway.handle(request);
  co_return Reply{response.status, std::string(response.content())};
}

Task<Reply> Front::ask(Process& from, Ask ask) {
  auto& entrance = some_entrance();
  // As a client's library: no call is repeated by itself.
  co_return co_await call<Reply>(network_, from, *entrance.process, 6 * kSecond, false, Reply{},
                                 [&entrance, ask, peer = from.name()] { return serve(*entrance.gateway, ask, peer); });
}

void Front::dial(Process& from, std::uint64_t number, std::string token, Ear& ear) {
  auto& line = lines_[number];
  line.client = &from, line.ear = &ear;
  auto& entrance = some_entrance();
  line.gateway = entrance.process;
  const auto refused = [this, number] { tell_end(number, 0, 0); };
  network_.send(
      from, *entrance.process, false,
      [this, &entrance, number, token] { spawn(serve_dial(*this, *entrance.gateway, number, token)); }, refused);
  // What never comes anywhere is given up by the client's system.
  from.executor().post_after(std::chrono::seconds(5), [this, number] {
    auto& dialled = lines_.at(number);
    if (dialled.node == nullptr && !dialled.ended) tell_end(number, 0, 0);
  });
}

Task<void> Front::serve_dial(Front& self, gateway::GatewayRole& gateway, std::uint64_t number, std::string token) {
  auto request = request_of({.method = "GET", .path = "/v1/socket", .query = {}, .body = {}, .token = std::move(token)},
                            "client");
  request.headers.push_back({"upgrade", "websocket"});
  request.headers.push_back({"connection", "Upgrade"});
  request.headers.push_back({"sec-websocket-version", "13"});
  request.headers.push_back({"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="});
  auto response = co_await gateway.handle(request);
  if (response.status != 101 || !response.take_over) co_return self.tell_end(number, 0, response.status);
  if (self.lines_.at(number).hung_up || self.lines_.at(number).ended)
    co_return;  // dropped, as of a client that has gone
  response.take_over({.fd = static_cast<int>(number), .early = {}, .loop = nullptr});
}

void Front::take(net::RawSocket socket, user::Proven proven, Slots::Slot) {
  const auto number = static_cast<std::uint64_t>(socket.fd);
  const auto node = node_for(proven.who);
  if (node.process == nullptr) return tell_end(number, 0, 503);
  auto& gateway = *lines_.at(number).gateway;
  if (&gateway == node.process) return plug_in(number, node, proven);
  const auto hand_over = [this, &gateway, number, node, proven] {
    network_.send(
        gateway, *node.process, false, [this, number, node, proven] { plug_in(number, node, proven); },
        [this, number] { tell_end(number, 0, 503); });
  };
  if (!slow_openings) return hand_over();
  network_.scheduler().after(network_.scheduler().dice().between(0, 1500) * kMilli, hand_over);
}

/// As code of the node's process.
void Front::plug_in(std::uint64_t number, const NodeAt& at, const user::Proven& proven) {
  auto& line = lines_.at(number);
  if (line.hung_up || line.ended) return;
  line.node = at.process, line.generation = at.process->generation();
  auto plug = std::make_unique<Plug>(*this, number, proven.who);
  line.plug = plug.get();
  at.role()->accept(0, std::move(plug), proven.as_of);
}

void Front::say(std::uint64_t number, std::string text) {
  auto& line = lines_.at(number);
  if (line.hung_up || line.ended || line.node == nullptr) return;
  network_.scheduler().at(in_order(line.up), [this, number, text = std::move(text)] {
    auto& to = lines_.at(number);
    if (!to.node->alive() || to.node->generation() != to.generation) return;
    to.node->executor().post([&to, text] {
      if (to.plug != nullptr) to.plug->say(text);
    });
  });
}

void Front::hang_up(std::uint64_t number) {
  auto& line = lines_.at(number);
  if (std::exchange(line.hung_up, true)) return;
  end_plug(number);
}

/// The node hears of the end; late, where nothing says so but its own pings.
void Front::end_plug(std::uint64_t number) {
  auto& line = lines_.at(number);
  if (line.node == nullptr) return;
  network_.scheduler().at(in_order(line.up), [this, number] {
    auto& to = lines_.at(number);
    if (!to.node->alive() || to.node->generation() != to.generation) return;
    to.node->executor().post([&to] {
      if (to.plug != nullptr) to.plug->finish(1006);
    });
  });
}

void Front::tell_end(std::uint64_t number, int code, int status) {
  auto& line = lines_.at(number);
  if (line.ended || line.hung_up) return;
  network_.scheduler().at(in_order(line.down), [&line, number, code, status] {
    line.client->executor().post([&line, number, code, status] {
      if (line.hung_up || std::exchange(line.ended, true)) return;
      line.ear->on_closed(number, code, status);
    });
  });
}

void Front::break_lines(const Process& dead) {
  for (auto& [number, line] : lines_) {
    if ((line.node != &dead && line.gateway != &dead) || line.ended || line.hung_up) continue;
    if (line.node == &dead)
      line.plug = nullptr;
    else
      end_plug(number);
    tell_end(number, 0, 0);
  }
}

void Front::break_some(Dice& dice, double share) {
  for (auto& [number, line] : lines_) {
    if (line.node == nullptr || line.ended || line.hung_up || !dice.chance(share)) continue;
    tell_end(number, 0, 0);
    end_plug(number);
  }
}

}  // namespace godwit::simulate

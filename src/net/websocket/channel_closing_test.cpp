#include <doctest/doctest.h>

#include "net/websocket/testing_channel.hpp"

// How channels end: by the peer, by us, by a failure, by silence.

namespace godwit::net {
using namespace testing;

namespace {

using Events = std::vector<std::string>;

bool closed_with(ChannelKit& kit, int code) {
  return eventually([&] { return kit.channel().noted("closed " + std::to_string(code)); });
}

}  // namespace

TEST_CASE("a close frame is answered with its code, then the socket ends") {
  for (const std::uint16_t code : std::initializer_list<std::uint16_t>{1000, 1001, 3000, 4999}) {
    ChannelKit kit;
    Peer peer = kit.open();
    peer.write(close_frame(code, "bye") + client_text("never read"));
    CHECK(close_code_of(read_frame(peer)) == code);
    CHECK(peer.ended());
    peer.close();
    CHECK(closed_with(kit, code));
    CHECK(kit.channel().events().size() == 1);
    CHECK(kit.open_channels() == 0);
  }
}

TEST_CASE("an empty close frame is answered with an empty one, and reported as 1005") {
  ChannelKit kit;
  Peer peer = kit.open();
  peer.write(close_frame(CloseCode::no_status));
  CHECK(read_frame(peer)->payload.empty());
  peer.close();
  CHECK(closed_with(kit, 1005));
}

TEST_CASE("close frames that break the rules are answered with 1002 or 1007") {
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 2999, 5000}) {
    ChannelKit kit;
    Peer peer = kit.open();
    peer.write(client_frame(0x88, std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)}));
    CHECK(close_code_of(read_frame(peer)) == CloseCode::protocol_error);
    peer.close();
    CHECK(closed_with(kit, CloseCode::protocol_error));
  }
  ChannelKit kit;
  Peer peer = kit.open();
  peer.write(client_frame(0x88, "\x03\xE8\xFF"));
  CHECK(close_code_of(read_frame(peer)) == CloseCode::bad_payload);
}

TEST_CASE("what breaks the protocol ends the channel, and what was queued leaves first") {
  const std::vector<std::pair<std::string, std::uint16_t>> cases{
      {std::string("\x81\x01x"), CloseCode::protocol_error},
      {client_frame(0xF1, "x"), CloseCode::protocol_error},
      {client_text("\xFF"), CloseCode::bad_payload},
      {client_text(std::string(70'000, 'x')), CloseCode::too_big},
  };
  for (const auto& [bytes, code] : cases) {
    ChannelKit kit;
    Peer peer = kit.open({}, 0, [](TestChannel& channel) {
      channel.when_message = [&channel](std::string_view, bool) { channel.send(SharedFrame::text("answer")); };
    });
    peer.write(client_text("question") + bytes + client_text("never read"));
    CHECK(read_frame(peer)->payload == "answer");
    CHECK(close_code_of(read_frame(peer)) == code);
    CHECK(peer.ended());
    peer.close();
    CHECK(closed_with(kit, code));
    CHECK(kit.channel().events() == Events{"text question", "closed " + std::to_string(code)});
  }
}

TEST_CASE("our close waits for the peer's answer; what still comes before it is dropped") {
  ChannelKit kit;
  Peer peer = kit.open();
  kit.on_loop([&] {
    kit.channel().send(SharedFrame::text("last"));
    kit.channel().close(4001, "{\"delayMs\":5}");
    kit.channel().send(SharedFrame::text("too late"));
    kit.channel().close(4502);
    CHECK(kit.channel().closing());
  });
  CHECK(read_frame(peer)->payload == "last");
  const auto close = read_frame(peer);
  CHECK(close_code_of(close) == 4001);
  CHECK(close->payload.substr(2) == "{\"delayMs\":5}");
  peer.write(client_text("on its way") + client_frame(0x89, "ping") + close_frame(4001));
  CHECK(peer.ended());
  peer.close();
  CHECK(closed_with(kit, 4001));
  CHECK(kit.channel().events() == Events{"closed 4001"});
}

TEST_CASE("our close waits no longer than its deadline") {
  ChannelKit kit({.close_deadline = 60ms});
  Peer peer = kit.open();
  kit.on_loop([&] { kit.channel().close(4502); });
  const auto start = std::chrono::steady_clock::now();
  CHECK(closed_with(kit, 4502));
  CHECK(std::chrono::steady_clock::now() - start >= 30ms);
  CHECK(close_code_of(read_frame(peer)) == 4502);
  CHECK(peer.ended());
}

TEST_CASE("a peer that answers the close and then stays is cut at the deadline") {
  ChannelKit kit({.close_deadline = 60ms});
  Peer peer = kit.open();
  peer.write(close_frame(1000));
  CHECK(close_code_of(read_frame(peer)) == 1000);
  CHECK(closed_with(kit, 1000));
}

TEST_CASE("a socket that ends without a close frame is 1006") {
  ChannelKit kit;
  Peer whole = kit.open();
  whole.close();
  CHECK(closed_with(kit, 1006));
  Peer half = kit.open();
  ::shutdown(half.fd(), SHUT_WR);
  CHECK(eventually([&] { return kit.channel(1).noted("closed 1006"); }));
  CHECK(half.ended());
}

TEST_CASE("an end that comes with the last bytes, in one event, is not missed") {
  ChannelKit kit;
  Peer peer = kit.open();
  kit.on_loop([&] {
    peer.write(client_text("last"));
    peer.close();
  });
  CHECK(closed_with(kit, 1006));
  CHECK(kit.channel().events() == Events{"text last", "closed 1006"});
}

TEST_CASE("a peer that closes its side after its close frame still gets ours") {
  ChannelKit kit;
  Peer peer = kit.open();
  peer.write(close_frame(1000));
  ::shutdown(peer.fd(), SHUT_WR);
  CHECK(close_code_of(read_frame(peer)) == 1000);
  CHECK(closed_with(kit, 1000));
}

TEST_CASE("a client that does not read is cut at the bound with 4002, after a last word") {
  ChannelKit kit({.queue_bytes = 100'000, .close_deadline = 2s});
  Peer peer = kit.open({}, 4096, [](TestChannel& channel) {
    channel.when_closing = [&channel](std::uint16_t) { channel.send(SharedFrame::text("last word")); };
  });
  Peer other = kit.open();
  const SharedFrame frame = SharedFrame::text(std::string(1000, 'x'));
  int rounds = 0;
  while (rounds < 1000 && kit.channel().events().empty()) {
    ++rounds;
    kit.on_loop([&] {
      kit.channel().send(frame);
      kit.channel(1).send(frame);
    });
  }
  CHECK(rounds > 90);
  CHECK(rounds < 130);  // the bound, and what the socket holds
  CHECK(kit.channel().events() == Events{"closing 4002"});
  std::optional<ServerFrame> got = read_frame(peer);
  while (got && got->payload.size() == 1000) got = read_frame(peer);
  REQUIRE(got.has_value());
  CHECK(got->payload == "last word");
  CHECK(close_code_of(read_frame(peer)) == CloseCode::too_slow);
  peer.close();
  CHECK(closed_with(kit, CloseCode::too_slow));
  CHECK(kit.channel(1).events().empty());
}

TEST_CASE("many small frames count for what they cost") {
  ChannelKit kit({.queue_bytes = 10'000});
  Peer peer = kit.open();
  kit.on_loop([&] {
    for (int i = 0; i < 1000; ++i) kit.channel().send(SharedFrame::text(""));
  });
  CHECK(eventually([&] { return !kit.channel().events().empty(); }));
  CHECK(kit.channel().events().front() == "closing 4002");
}

TEST_CASE("a client that sends nothing after a ping is closed with 4003") {
  ChannelKit kit({.ping_interval = 40ms, .pong_timeout = 40ms, .close_deadline = 40ms});
  Peer peer = kit.open();
  CHECK(read_frame(peer)->first == 0x89);
  auto frame = read_frame(peer);
  while (frame && frame->first == 0x89) frame = read_frame(peer);
  CHECK(close_code_of(frame) == CloseCode::no_pong);
  CHECK(closed_with(kit, CloseCode::no_pong));
  CHECK(kit.channel().events() == Events{"closing 4003", "closed 4003"});
}

TEST_CASE("a channel may be destroyed or closed inside each of its callbacks") {
  enum class What { message, closing, closed };
  for (const What what : {What::message, What::closing, What::closed}) {
    ChannelKit kit({.queue_bytes = 5000, .close_deadline = 50ms});
    const auto destroy = [&] { kit.channels[0].reset(); };
    Peer peer = kit.open({}, 0, [&](TestChannel& channel) {
      if (what == What::message) channel.when_message = [&](std::string_view, bool) { destroy(); };
      if (what == What::closing) channel.when_closing = [&](std::uint16_t) { destroy(); };
      if (what == What::closed) channel.when_closed = [&](std::uint16_t) { destroy(); };
    });
    if (what == What::message) peer.write(client_text("a") + client_text("b"));
    if (what == What::closing) kit.on_loop([&] { kit.channel().send(SharedFrame::text(std::string(6000, 'x'))); });
    if (what == What::closed) peer.close();
    CHECK(eventually([&] { return kit.open_channels() == 0; }));
    if (what != What::closed) CHECK(peer.ended());
  }
  ChannelKit kit;
  Peer peer = kit.open({}, 0, [](TestChannel& channel) {
    channel.when_message = [&channel](std::string_view, bool) { channel.close(4504, "no"); };
  });
  peer.write(client_text("a") + client_text("b"));
  CHECK(close_code_of(read_frame(peer)) == 4504);
  peer.close();
  CHECK(closed_with(kit, 4504));
  CHECK(kit.channel().events() == Events{"text a", "closed 4504"});
}

TEST_CASE("one channel's end may be the end of others in the same wake-up") {
  ChannelKit kit;
  std::vector<Peer> peers;
  for (int i = 0; i < 10; ++i) peers.push_back(kit.open());
  kit.on_loop([&] {
    for (auto& channel : kit.channels) channel->send(SharedFrame::text("x"));
    kit.channels[3]->when_closed = [&](std::uint16_t) {
      for (std::size_t i = 0; i < kit.channels.size(); i += 2) kit.channels[i].reset();
    };
    peers[3].close();  // so its write fails within the flush
  });
  CHECK(eventually([&] { return kit.open_channels() == 4; }));
  CHECK(read_frame(peers[1])->payload == "x");
  CHECK(read_frame(peers[9])->payload == "x");
}

TEST_CASE("channels opened from inside another's callback, with bytes that came early") {
  ChannelKit kit;
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
  auto second = std::make_unique<TestChannel>();
  second->when_message = [&](std::string_view, bool) { kit.channels[0].reset(); };
  Peer peer = kit.open({}, 0, [&](TestChannel& channel) {
    channel.when_message = [&](std::string_view, bool) {
      kit.channels.push_back(std::move(second));
      kit.channels.back()->open(*kit.host, {.fd = ends[0], .early = client_text("early"), .loop = &kit.thread.loop});
    };
  });
  peer.write(client_text("a") + client_text("b"));
  CHECK(peer.ended());
  CHECK(kit.open_channels() == 1);
  ::close(ends[1]);
}

TEST_CASE("a host that goes cuts its channels off") {
  ChannelKit kit;
  Peer open = kit.open();
  Peer closing = kit.open();
  kit.on_loop([&] { kit.channel(1).close(1000); });
  kit.on_loop([&] { kit.host.reset(); });
  CHECK(open.ended());
  CHECK(closing.ended());
  CHECK(kit.channel(0).events().empty());
}

}  // namespace godwit::net

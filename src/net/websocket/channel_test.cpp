#include "net/websocket/channel.hpp"

#include <doctest/doctest.h>

#include "net/websocket/testing_channel.hpp"

// Messages in, frames out. How channels end is in channel_closing_test.cpp.

namespace godwit::net {
using namespace testing;

TEST_CASE("messages arrive, whole and in fragments, in one read and over many") {
  ChannelKit kit;
  Peer peer = kit.open();
  peer.write(client_text("one") + client_text("two") + client_frame(0x82, "three"));
  peer.write(client_frame(0x01, "fo") + client_frame(0x00, "u") + client_frame(0x80, "r"));
  for (const char c : client_text("fünf")) peer.write({&c, 1});
  CHECK(eventually([&] { return kit.channel().noted("text fünf"); }));
  CHECK(kit.channel().events() ==
        std::vector<std::string>{"text one", "text two", "binary three", "text four", "text fünf"});
}

TEST_CASE("bytes that came with the handshake are taken before open returns") {
  ChannelKit kit;
  bool there = false;
  const Peer peer = kit.open(client_text("early") + client_text("cut").substr(0, 4));
  there = kit.channel().noted("text early");
  CHECK(there);
  peer.write(client_text("cut").substr(4));
  CHECK(eventually([&] { return kit.channel().noted("text cut"); }));
}

TEST_CASE("frames of one wake-up leave in their order") {
  ChannelKit kit;
  Peer peer = kit.open();
  kit.on_loop([&] {
    for (int i = 0; i < 2000; ++i) kit.channel().send(SharedFrame::text(std::to_string(i)));
  });
  for (int i = 0; i < 2000; ++i) {
    const auto frame = read_frame(peer);
    REQUIRE(frame.has_value());
    if (frame->first != 0x81 || frame->payload != std::to_string(i)) FAIL("frame " << i << " was " << frame->payload);
  }
}

TEST_CASE("frames of one wake-up leave in one write") {
  // Datagrams keep the borders of writes.
  ChannelKit kit;
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends) == 0);
  kit.on_loop([&] {
    kit.channels.push_back(std::make_unique<TestChannel>());
    kit.channel().open(*kit.host, {.fd = ends[0], .early = {}, .loop = &kit.thread.loop});
    for (const char* text : {"a", "bb", "ccc"}) kit.channel().send(SharedFrame::text(text));
  });
  Peer peer(ends[1]);
  REQUIRE(peer.fill());
  char more = 0;
  CHECK(::recv(peer.fd(), &more, 1, MSG_DONTWAIT) == -1);
  CHECK(read_frame(peer)->payload == "a");
  CHECK(read_frame(peer)->payload == "bb");
  CHECK(read_frame(peer)->payload == "ccc");
}

TEST_CASE("a socket that takes only part of it gets the rest when it can, byte for byte") {
  ChannelKit kit({.queue_bytes = 64 << 20});
  Peer peer = kit.open({}, 4096);
  std::vector<std::string> sent;
  for (int i = 0; i < 300; ++i)
    sent.push_back(std::string(static_cast<std::size_t>(i * 37 % 5000), static_cast<char>('a' + i % 26)));
  for (int part = 0; part < 3; ++part) {
    kit.on_loop([&] {
      for (std::size_t i = 0; i < 100; ++i)
        kit.channel().send(SharedFrame::text(sent[static_cast<std::size_t>(part) * 100 + i]));
    });
  }
  for (const auto& text : sent) {
    const auto frame = read_frame(peer);
    REQUIRE(frame.has_value());
    REQUIRE(frame->payload == text);
  }
}

TEST_CASE("pings are answered with their payload, between fragments too") {
  ChannelKit kit;
  Peer peer = kit.open();
  peer.write(client_frame(0x89, "") + client_frame(0x01, "a") + client_frame(0x89, std::string(125, 'p')) +
             client_frame(0x80, "b"));
  auto pong = read_frame(peer);
  CHECK(pong->first == 0x8A);
  CHECK(pong->payload.empty());
  pong = read_frame(peer);
  CHECK(pong->first == 0x8A);
  CHECK(pong->payload == std::string(125, 'p'));
  CHECK(eventually([&] { return kit.channel().noted("text ab"); }));
  peer.write(client_frame(0x8A, "unasked"));  // allowed, and ignored
  peer.write(client_text("still here"));
  CHECK(eventually([&] { return kit.channel().noted("text still here"); }));
}

TEST_CASE("a flood of pings from a client that does not read costs one pong, and it is the last") {
  ChannelKit kit({.queue_bytes = 64 * 1024});
  Peer peer = kit.open({}, 4096);
  std::string flood;
  for (int i = 0; i < 20'000; ++i) flood += client_frame(0x89, std::to_string(i));
  REQUIRE(peer.write(flood + client_text("done")));
  REQUIRE(eventually([&] { return kit.channel().noted("text done"); }));
  std::string last;
  while (last != "19999") {
    const auto pong = read_frame(peer);
    REQUIRE(pong.has_value());
    REQUIRE(pong->first == 0x8A);
    last = pong->payload;
  }
  CHECK(kit.channel().events().size() == 1);
}

TEST_CASE("the host pings at the interval, and a channel whose pongs come stays") {
  ChannelKit kit({.ping_interval = 40ms, .pong_timeout = 40ms});
  Peer peer = kit.open();
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 6; ++i) {
    const auto ping = read_frame(peer);
    REQUIRE(ping.has_value());
    CHECK(ping->first == 0x89);
    CHECK(ping->payload.empty());
    peer.write(client_frame(0x8A, ""));
  }
  CHECK(std::chrono::steady_clock::now() - start >= 200ms);
  CHECK(kit.channel().events().empty());
}

TEST_CASE("channels that open together are not pinged together") {
  ChannelKit kit({.ping_interval = 400ms, .pong_timeout = 10s});
  std::vector<Peer> peers;
  for (int i = 0; i < 8; ++i) peers.push_back(kit.open());
  std::vector<std::chrono::steady_clock::time_point> times;
  for (auto& peer : peers) {
    REQUIRE(read_frame(peer).has_value());
    times.push_back(std::chrono::steady_clock::now());
  }
  CHECK(times.back() - times.front() >= 50ms);
}

TEST_CASE("a message of 16 MiB in 65,536 fragments comes through where the limits allow it") {
  ChannelKit kit({.queue_bytes = 64 << 20, .message_bytes = 16 << 20, .fragments = 65'536});
  Peer peer = kit.open({}, 0, [](TestChannel& channel) {
    channel.when_message = [&channel](std::string_view payload, bool text) {
      channel.send(SharedFrame::make(text ? 0x81 : 0x82, payload));
    };
  });
  const std::string piece(256, 'x');
  std::thread writer([&] {
    for (int i = 0; i < 65'536; ++i) peer.write(client_frame(i == 0 ? 0x01 : i == 65'535 ? 0x80 : 0x00, piece));
  });
  writer.join();
  const auto echo = read_frame(peer);
  REQUIRE(echo.has_value());
  CHECK(echo->payload.size() == 16 << 20);
}

TEST_CASE("a client that never stops sending does not keep the loop from others") {
  ChannelKit kit;
  Peer busy = kit.open();
  Peer other = kit.open();
  std::atomic<bool> stop = false;
  std::thread flooder([&] {
    const std::string many = [] {
      std::string text;
      for (int i = 0; i < 5000; ++i) text += client_text("flood of text");
      return text;
    }();
    while (!stop && busy.write(many)) {
    }
  });
  for (int i = 0; i < 20; ++i) {
    other.write(client_frame(0x89, "x"));
    CHECK(read_frame(other).has_value());
  }
  stop = true;
  flooder.join();
}

TEST_CASE("a channel that rests is not read: its bytes wait in the kernel, and none is lost") {
  ChannelKit kit;
  std::atomic<int> turns = 0;
  std::atomic<std::uint32_t> messages = 0;
  Peer peer = kit.open({}, 16 * 1024, [&](TestChannel& channel) {
    channel.when_turn = [&](std::uint32_t count, std::size_t) {
      if (count > 0) ++turns;
      messages += count;
      return count > 0 ? 60ms : 0ms;
    };
  });
  const auto start = std::chrono::steady_clock::now();
  for (const auto* text : {"one", "two", "three"}) {
    peer.write(client_text(text) + client_frame(0x89, "p"));
    REQUIRE(eventually([&] { return kit.channel().noted("text " + std::string(text)); }));
  }
  CHECK(std::chrono::steady_clock::now() - start >= 110ms);
  CHECK(turns == 3);
  CHECK(messages == 6);
  std::string flood;
  while (flood.size() < 1'000'000) flood += client_text(std::string(100, 'x'));
  ::fcntl(peer.fd(), F_SETFL, O_NONBLOCK);
  std::size_t taken = 0;
  for (ssize_t size = 1; size > 0; taken += static_cast<std::size_t>(std::max<ssize_t>(size, 0)))
    size = ::send(peer.fd(), flood.data(), flood.size(), MSG_NOSIGNAL);
  CHECK(taken < 600'000);  // the rest stays with whoever sends
}

TEST_CASE("a resting channel takes what was sent before its peer went, and closes at once when asked to") {
  ChannelKit kit({.close_deadline = 10s});
  const auto rest = [](std::chrono::milliseconds time) {
    return [time](TestChannel& channel) {
      channel.when_turn = [time](std::uint32_t count, std::size_t) { return count > 0 ? time : 0ms; };
    };
  };
  Peer gone = kit.open({}, 0, rest(50ms));
  gone.write(client_text("one"));
  REQUIRE(eventually([&] { return kit.channel().noted("text one"); }));
  gone.write(client_text("last"));
  gone.close();
  REQUIRE(eventually([&] { return kit.channel().noted("closed 1006"); }));
  CHECK(kit.channel().events() == std::vector<std::string>{"text one", "text last", "closed 1006"});

  Peer asked = kit.open({}, 0, rest(1h));
  asked.write(client_text("one"));
  REQUIRE(eventually([&] { return kit.channel(1).noted("text one"); }));
  kit.on_loop([&] { kit.channel(1).close(4502); });
  CHECK(read_frame(asked)->first == 0x88);
  asked.write(client_text("dropped") + close_frame(4502));
  asked.close();
  CHECK(eventually([&] { return kit.channel(1).noted("closed 4502"); }));
}

TEST_CASE("no pong is missed while a channel rests") {
  ChannelKit kit({.ping_interval = 60ms, .pong_timeout = 40ms});
  Peer peer = kit.open({}, 0, [](TestChannel& channel) {
    channel.when_turn = [](std::uint32_t count, std::size_t) { return count > 0 ? 2000ms : 0ms; };
  });
  peer.write(client_text("one"));
  std::this_thread::sleep_for(300ms);
  CHECK(kit.channel().noted("text one"));
  CHECK(eventually([&] { return kit.channel().noted("closed 4003") || kit.channel().noted("closing 4003"); },
                   8s));  // then it counts
}

TEST_CASE("memory that runs out ends the channel whose peer asked for it, and no other") {
  ChannelKit kit;
  Peer greedy = kit.open({}, 0, [](TestChannel& channel) {
    channel.when_message = [](std::string_view, bool) { throw std::bad_alloc(); };
  });
  Peer other = kit.open();
  greedy.write(client_text("much"));
  CHECK(greedy.ended());
  CHECK(eventually([&] { return kit.channel().noted("closed 1006"); }));  // told after the socket is closed
  other.write(client_text("hello"));
  CHECK(eventually([&] { return kit.channel(1).noted("text hello"); }));
}

TEST_CASE("an idle channel is small and holds no memory of its own") {
  CHECK(sizeof(Channel) <= 96);
  MESSAGE("sizeof(Channel) = " << sizeof(Channel));
}

}  // namespace godwit::net

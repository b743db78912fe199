#include "relay/relay.hpp"

#include <doctest/doctest.h>
#include <malloc.h>
#include <chrono>
#include <ctime>
#include <thread>

#include "relay/frame_border.hpp"
#include "relay/letter.hpp"
#include "relay/pair.hpp"
#include "relay/testing_relay.hpp"

namespace godwit::relay {
namespace {

using namespace testing;

TEST_SUITE("relay") {
  TEST_CASE("a client talks to the node through the gateway, which tells the node whose socket it is") {
    EchoNode node("node-1");
    Front front({node.address()});
    Peer client = front.connect();
    CHECK(front.status == "101");
    CHECK(echoed(client, "hello") == "hello");
    CHECK(echoed(client, "who") == "ann s-1 phone 2000000000000 7 at node-1");
    CHECK(front.relay->sockets() == 1);
    client.write(client_frame(0x88, net::close_payload(1000, "")));
    CHECK(code_of(read_frame(client)) == 1000);
    CHECK(client.ended());
    client.close();
    CHECK(eventually([&] { return node.ended == 1 && front.relay->sockets() == 0; }));
    CHECK(node.last_code == 1000);
  }

  TEST_CASE("a socket is opening until the node says something, or one side is gone") {
    EchoNode node("node-1");
    Front front({node.address()});
    front.opening = std::make_shared<char>();
    const auto held = [&] { return front.opening.use_count() > 1; };
    Peer client = front.connect();
    CHECK(eventually([&] { return node.taken == 1; }));
    CHECK(held());
    CHECK(echoed(client, "x") == "x");
    CHECK_FALSE(held());
    {
      Peer gone = front.connect();
      CHECK(eventually([&] { return node.taken == 2; }));
      CHECK(held());
    }
    CHECK(eventually([&] { return !held(); }));
    Peer last = front.connect();
    CHECK(eventually([&] { return node.taken == 3; }));
    node.die();
    CHECK(eventually([&] { return !held(); }));
  }

  TEST_CASE("what the client says before its node is there comes first") {
    EchoNode node("node-1");
    Front front({node.address()});
    Peer client = front.connect(client_text("one") + client_text("two"));
    client.write(client_text("three"));
    for (const auto* text : {"one", "two", "three"}) CHECK(read_frame(client)->payload == text);
  }

  TEST_CASE("frames of any size, both ways, byte for byte") {
    EchoNode node("node-1");
    Front front({node.address()});
    Peer client = front.connect();
    for (const std::size_t size : {1U, 125U, 126U, 16'383U, 16'384U, 16'385U, 65'536U, 900'000U}) {
      std::string text(size, '\0');
      for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * 31 + i / 977) % 26);
      std::thread writer([&] { client.write(client_text(text)); });
      CHECK(read_frame(client)->payload == text);
      writer.join();
    }
  }

  TEST_CASE("the node that the login named, else another live one; none: 503 before the 101") {
    EchoNode one("node-1"), two("node-2");
    Front front({one.address(), two.address()});
    for (const auto* name : {"node-2", "node-1", "node-2"}) {
      front.hint = name;
      Peer client = front.connect();
      CHECK(echoed(client, "who").ends_with(std::string("at ") + name));
    }
    front.hint = "node-9";
    Peer anywhere = front.connect();
    CHECK(echoed(anywhere, "x") == "x");
    auto away = two.address();
    away.alive = false;
    front.list.set({one.address(), away});
    front.hint = "node-2";
    Peer elsewhere = front.connect();
    CHECK(echoed(elsewhere, "who").ends_with("at node-1"));
    front.list.set({away});
    (void)front.connect();
    CHECK(front.status == "503");
  }

  TEST_CASE("a node that does not answer is passed over; where none does the client is told to come back") {
    EchoNode good("node-2");
    auto dead = good.address();
    dead.name = "node-1", dead.port = 1;
    Front front({dead, good.address()});
    front.hint = "node-1";
    Peer client = front.connect();
    CHECK(echoed(client, "who").ends_with("at node-2"));
    front.list.set({dead});
    Peer lost = front.connect();
    CHECK(front.status == "101");
    CHECK(code_of(read_frame(lost)) == 1012);
    CHECK(lost.ended());
    lost.close();
    CHECK(eventually([&] { return front.relay->sockets() == 1; }));
  }

  TEST_CASE("a node that was not reached is left alone for a second, where another one is there") {
    EchoNode one("node-1"), two("node-2");
    auto gone = one.address();
    gone.port = 1;
    Front front({gone, two.address()});
    front.hint = "node-1";
    Peer first = front.connect();
    CHECK(echoed(first, "who").ends_with("at node-2"));
    front.list.set({one.address(), two.address()});
    Peer second = front.connect();
    CHECK(echoed(second, "who").ends_with("at node-2"));  // nobody has looked whether it is back
    front.list.set({one.address()});
    Peer third = front.connect();
    CHECK(echoed(third, "who").ends_with("at node-1"));
    front.list.set({one.address(), two.address()});
    std::this_thread::sleep_for(1'100ms);
    Peer fourth = front.connect();
    CHECK(echoed(fourth, "who").ends_with("at node-1"));
  }

  TEST_CASE("a node of this process takes sockets by a call") {
    EchoNode node("node-1");
    struct Local final : gateway::HandOver {
      void take(net::RawSocket socket, user::Proven, Slots::Slot) override { ::close(socket.fd), ++taken; }
      std::atomic<int> taken = 0;
    } local;
    Front front({node.address(), {.name = "here", .host = "127.0.0.1", .port = 1}}, {.local = "here"}, &local);
    front.hint = "here";
    (void)front.connect();
    CHECK(eventually([&] { return local.taken == 1; }));
    CHECK(front.relay->sockets() == 0);
    front.hint = "node-1";
    Peer client = front.connect();
    CHECK(echoed(client, "x") == "x");
    front.hint = "who is gone";
    for (int i = 0; i < 4; ++i) (void)front.connect();
    CHECK(eventually([&] { return local.taken == 5; }));
  }

  TEST_CASE("a gateway has so many sockets, and no more") {
    EchoNode node("node-1");
    Front front({node.address()}, {.sockets = 2});
    Peer one = front.connect(), two = front.connect();
    (void)front.connect();
    CHECK(front.status == "503");
    one.close();
    CHECK(eventually([&] { return front.relay->sockets() == 1; }));
    Peer three = front.connect();
    CHECK(echoed(three, "x") == "x");
  }
}

/// A pair between two socket pairs, whose far ends the test has.
struct ByHand final : Pair::Owner {
  ByHand() : ByHand(ends(), ends()) {}
  ~ByHand() override {
    loop.loop.call([&] { pair.reset(); });
  }
  void over(Pair&) override { is_over = true; }
  void half_over(Pair&) override {}
  void more(Pair& again) override {
    loop.loop.post([&again] { again.carry_on(); });
  }
  LoopThread loop;
  Desk desk{.loop = loop.loop};
  std::unique_ptr<Pair> pair = std::make_unique<Pair>(desk, *this, 1);
  Peer client, node;
  std::atomic<bool> is_over = false;

 private:
  using Ends = std::pair<int, int>;
  static Ends ends() {
    int both[2] = {-1, -1};
    (void)::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both);
    ::fcntl(both[0], F_SETFL, O_NONBLOCK);
    return {both[0], both[1]};
  }
  ByHand(Ends clients, Ends nodes) : client(clients.second), node(nodes.second) {
    loop.loop.call([&] {
      pair->seat({.fd = clients.first, .early = {}, .loop = &loop.loop}, {});
      pair->join({.fd = nodes.first, .early = {}, .loop = &loop.loop});
    });
  }
};

TEST_SUITE("relay: ends") {
  TEST_CASE("a node dies: the client is told to come back, between frames") {
    auto node = std::make_unique<EchoNode>("node-1");
    Front front({node->address()});
    Peer client = front.connect();
    CHECK(echoed(client, "x") == "x");
    node->die();
    CHECK(code_of(read_frame(client)) == 1012);
    CHECK(client.ended());
    client.close();
    CHECK(eventually([&] { return front.relay->sockets() == 0; }));
  }

  TEST_CASE("a node dies within a frame: no byte follows the part that came") {
    ByHand hand;
    hand.node.write("\x81\x05hel");
    CHECK(hand.client.read_exactly(5) == "\x81\x05hel");
    hand.node.close();
    CHECK(hand.client.read_to_end().empty());
    hand.client.close();
    CHECK(eventually([&] { return hand.is_over.load(); }));
  }

  TEST_CASE("one side ends, and the other goes on until it ends, too") {
    ByHand hand;
    hand.client.write("last words");
    ::shutdown(hand.client.fd(), SHUT_WR);
    CHECK(hand.node.read_to_end() == "last words");
    hand.node.write("\x81\x02ok");
    CHECK(hand.client.read_exactly(4) == "\x81\x02ok");
    CHECK_FALSE(hand.is_over);
    hand.node.close();
    CHECK(hand.client.read_to_end().empty());  // it ended first: it is told nothing more
    CHECK(eventually([&] { return hand.is_over.load(); }));
  }

  TEST_CASE("a node that ends while its client does not read: all of it comes, then the close frame") {
    ByHand hand;
    std::string sent;
    const auto frame = net::SharedFrame::text(std::string(1'000, 'x'));
    ::fcntl(hand.node.fd(), F_SETFL, O_NONBLOCK);
    for (int idle = 0; idle < 20;) {
      const auto size = ::send(hand.node.fd(), frame.data() + sent.size() % frame.size(),
                               frame.size() - sent.size() % frame.size(), MSG_NOSIGNAL);
      if (size > 0)
        sent.append(frame.data() + sent.size() % frame.size(), static_cast<std::size_t>(size)), idle = 0;
      else
        std::this_thread::sleep_for(1ms), ++idle;
    }
    const bool whole = sent.size() % frame.size() == 0;
    hand.node.close();
    const auto came = hand.client.read_to_end();
    CHECK(came.substr(0, sent.size()) == sent);
    CHECK(came.substr(sent.size()).starts_with("\x88") == whole);
    hand.client.close();
    CHECK(eventually([&] { return hand.is_over.load(); }));
  }

  TEST_CASE("the node closes: its close frame passes, and no other one") {
    EchoNode node("node-1");
    Front front({node.address()});
    Peer client = front.connect();
    CHECK(echoed(client, "x") == "x");
    node.with(0, [](net::Channel& channel) { channel.close(4502, "session_ended"); });
    CHECK(code_of(read_frame(client)) == 4502);
    client.write(client_frame(0x88, net::close_payload(4502, "")));
    CHECK(client.read_to_end().empty());
    client.close();
    CHECK(eventually([&] { return node.ended == 1 && front.relay->sockets() == 0; }));
    CHECK(node.last_code == 4502);
  }

  TEST_CASE("a client that goes, in whatever way, is gone at the node") {
    EchoNode node("node-1");
    Front front({node.address()});
    {
      Peer client = front.connect();
      CHECK(echoed(client, "x") == "x");
      SUBCASE("it hangs up") { client.close(); }
      SUBCASE("it sends no more") {
        ::shutdown(client.fd(), SHUT_WR);
        CHECK(client.ended());
      }
      SUBCASE("it is reset") {
        const linger now{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(client.fd(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
        client.close();
      }
    }
    CHECK(eventually([&] { return node.ended == 1 && front.relay->sockets() == 0; }));
  }

  TEST_CASE("a client that goes while its node is sought") {
    EchoNode node("node-1");
    Front front({node.address()});
    for (int i = 0; i < 50; ++i) {
      Peer client = front.connect();
      client.close();
    }
    CHECK(eventually([&] { return front.relay->sockets() == 0 && node.ended == node.taken; }));
  }

  TEST_CASE("a side that ended is waited for so long") {
    EchoNode node("node-1", {.close_deadline = 100ms});
    Front front({node.address()}, {.half_over = 100ms});
    Peer client = front.connect();
    CHECK(echoed(client, "x") == "x");
    node.with(0, [](net::Channel& channel) { channel.close(4001, ""); });
    CHECK(code_of(read_frame(client)) == 4001);  // and does not answer
    CHECK(eventually([&] { return front.relay->sockets() == 0; }));
    CHECK(client.ended());
  }

  TEST_CASE("a gateway that drains sends each client away, and takes no more") {
    EchoNode node("node-1");
    Front front({node.address()});
    Peer client = front.connect();
    CHECK(echoed(client, "x") == "x");
    front.relay->drain();
    const auto frame = read_frame(client);
    CHECK(code_of(frame) == 4001);
    CHECK(frame->payload.substr(2).starts_with("{\"delayMs\":"));
    client.close();
    CHECK(eventually([&] { return node.ended == 1 && front.relay->sockets() == 0; }));
    (void)front.connect();
    CHECK(front.status == "503");
  }

  TEST_CASE("a gateway that dies is gone at the node, and its clients are free") {
    EchoNode node("node-1");
    auto front = std::make_unique<Front>(std::vector{node.address()});
    Peer client = front->connect();
    CHECK(echoed(client, "x") == "x");
    front.reset();
    CHECK(client.ended());
    CHECK(eventually([&] { return node.ended == 1; }));
  }
}

TEST_SUITE("relay: slow ones") {
  TEST_CASE("a client that does not read fills bounded buffers; then the node sees a slow socket, and others go on") {
    EchoNode node("node-1", {.queue_bytes = 1 << 20});
    Front front({node.address()});
    Peer slow = front.connect(), quick = front.connect();
    CHECK(echoed(slow, "x") == "x");
    CHECK(echoed(quick, "x") == "x");
    const auto frame = net::SharedFrame::text(std::string(1'000, 'x'));
    std::size_t sent = 0;
    for (; node.ended == 0 && sent < 40'000; ++sent) {
      node.with(0, [&](net::Channel& channel) { channel.send(frame); });
      if (sent % 1'000 == 0) CHECK(echoed(quick, "y") == "y");
      std::atomic<bool> closing = false;
      node.with(0, [&](net::Channel& channel) { closing = channel.closing(); });
      if (closing) break;
    }
    CHECK(sent > 1'000);
    CHECK(sent < 15'000);  // 1 MiB there, and what kernels and the relay hold
    CHECK(echoed(quick, "z") == "z");
    std::size_t came = 0;
    for (auto got = read_frame(slow); got && got->payload.size() == 1'000; got = read_frame(slow)) ++came;
    CHECK(came <= sent);
    CHECK(came > 50);
  }

  TEST_CASE("a node that does not read stops its client, and loses nothing when it does") {
    EchoNode node("node-1", {.queue_bytes = 64 << 20});
    Front front({node.address()});
    Peer client = front.connect();
    CHECK(echoed(client, "x") == "x");
    std::atomic<bool> go = false;
    std::thread standing([&] { node.with(0, [&](net::Channel&) { go.wait(false); }); });
    ::fcntl(client.fd(), F_SETFL, O_NONBLOCK);
    const std::string message = client_text(std::string(1'000, 'm'));
    std::size_t written = 0;
    std::string rest;
    for (int idle = 0; idle < 50;) {
      if (rest.empty()) rest = message;
      const auto size = ::send(client.fd(), rest.data(), rest.size(), MSG_NOSIGNAL);
      if (size > 0)
        rest.erase(0, static_cast<std::size_t>(size)), written += static_cast<std::size_t>(size), idle = 0;
      else
        std::this_thread::sleep_for(2ms), ++idle;
    }
    CHECK(written < (20U << 20U));
    go = true;
    go.notify_all();
    standing.join();
    ::fcntl(client.fd(), F_SETFL, 0);
    std::thread writer([&] { client.write(rest); });
    const auto messages = (written + rest.size()) / message.size();
    std::size_t came = 0;
    while (came < messages) {
      const auto frame = read_frame(client);
      REQUIRE(frame);
      REQUIRE(frame->payload == std::string(1'000, 'm'));
      ++came;
    }
    writer.join();
  }
}

TEST_SUITE("relay: many") {
  std::size_t in_use() {
    const auto info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
  }

  TEST_CASE("1,000 sockets: each talks, and idle costs less than 2 KB of memory, at gateway and node together") {
    EchoNode node("node-1");
    Front front({node.address()});
    Peer first = front.connect();
    CHECK(echoed(first, "x") == "x");
    std::vector<Peer> clients;
    clients.reserve(1'000);
    const auto without = in_use();
    for (int i = 0; i < 1'000; ++i) clients.push_back(front.connect());
    for (std::size_t i = 0; i < clients.size(); ++i)
      REQUIRE(echoed(clients[i], "me " + std::to_string(i)) == "me " + std::to_string(i));
    CHECK(node.taken == 1'001);
    std::this_thread::sleep_for(1'100ms);  // what was dialled is forgotten
    const auto each = (static_cast<double>(in_use()) - static_cast<double>(without)) / 1'000;
    MESSAGE("a relayed idle socket: " << sizeof(Pair) << " bytes a pair; " << each << " in all at gateway and node");
    CHECK(each < 2'000);
    node.with_all([](net::Channel& channel) { channel.close(1000, ""); });
    for (auto& client : clients) {
      CHECK(code_of(read_frame(client)) == 1000);
      client.close();
    }
    first.close();
    CHECK(eventually([&] { return front.relay->sockets() == 0; }));
  }

  double cpu_of(net::EventLoop & loop) {
    timespec time{};
    loop.call([&] { ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time); });
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  }

  TEST_CASE("how fast: pushes of 300 bytes to 200 sockets, through the relay") {
    EchoNode node("node-1");
    Front front({node.address()});
    std::vector<Peer> clients;
    for (int i = 0; i < 200; ++i) {
      clients.push_back(front.connect());
      REQUIRE(echoed(clients.back(), "x") == "x");
    }
    constexpr std::size_t kRounds = 200;
    const auto frame = net::SharedFrame::text(std::string(300, 'x'));
    double node_before = 0, node_after = 0;
    const auto relay_before = cpu_of(front.loop.loop);
    const auto cpu_here = [] {
      timespec time{};
      ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
      return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
    };
    node.with(0, [&](net::Channel&) { node_before = cpu_here(); });
    for (std::size_t round = 0; round < kRounds; ++round) {
      node.with_all([&](net::Channel& channel) { channel.send(frame); });
      for (auto& client : clients) REQUIRE(read_frame(client)->payload.size() == 300);
    }
    node.with(0, [&](net::Channel&) { node_after = cpu_here(); });
    const auto relay_cpu = cpu_of(front.loop.loop) - relay_before, node_cpu = node_after - node_before;
    const auto frames = static_cast<double>(kRounds * clients.size());
    MESSAGE(frames << " frames: node " << node_cpu / frames * 1e6 << " us of CPU each, relay "
                   << relay_cpu / frames * 1e6 << " us; so " << frames / node_cpu << " a CPU second direct, "
                   << frames / (node_cpu + relay_cpu) << " relayed");
  }
}

TEST_SUITE("relay: pure") {
  TEST_CASE("the border between frames, in pieces of every size") {
    std::string stream;
    std::vector<std::size_t> borders{0};
    for (const std::size_t size : {0U, 1U, 125U, 126U, 300U, 65'536U}) {
      const auto frame = net::SharedFrame::make(0x82, std::string(size, '\x88'));
      stream.append(frame.data(), frame.size());
      borders.push_back(stream.size());
    }
    for (const std::size_t step : {1U, 2U, 3U, 7U, 100U, 70'000U}) {
      FrameBorder border;
      for (std::size_t at = 0; at < stream.size(); at += step) {
        border.pass(std::string_view(stream).substr(at, step));
        const auto passed = std::min(at + step, stream.size());
        CHECK(border.here() == (std::ranges::find(borders, passed) != borders.end()));
      }
      CHECK_FALSE(border.closed());
      border.pass("\x88\x02\x03");
      CHECK(border.closed());
      CHECK_FALSE(border.here());
    }
    FrameBorder masked;
    masked.pass(client_text("x"));
    CHECK_FALSE(masked.here());
    masked.pass(stream);
    CHECK_FALSE(masked.here());
  }

  TEST_CASE("a letter comes as it was; cut anywhere, or with more, it is an error") {
    const user::Proven proven{.who = {.user = UserKey("ann"),
                                      .session = SessionId("s-1"),
                                      .device = DeviceId("phone"),
                                      .expires_at = 2'000'000'000'000},
                              .as_of = {.epoch = 3, .number = 700}};
    const auto letter = write_letter(proven);
    const auto read = read_letter(letter);
    REQUIRE(read);
    CHECK(read->who.user == proven.who.user);
    CHECK(read->who.session == proven.who.session);
    CHECK(read->who.device == proven.who.device);
    CHECK(read->who.expires_at == proven.who.expires_at);
    CHECK(read->as_of == proven.as_of);
    for (std::size_t size = 0; size < letter.size(); ++size) CHECK_FALSE(read_letter(letter.substr(0, size)));
    CHECK_FALSE(read_letter(letter + "x"));
    auto nobody = proven;
    nobody.who.session = {};
    CHECK_FALSE(read_letter(write_letter(nobody)));
    nobody.who.session = SessionId(std::string(257, 's'));
    CHECK_FALSE(read_letter(write_letter(nobody)));
  }
}

}  // namespace
}  // namespace godwit::relay

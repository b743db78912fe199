#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <mutex>
#include <numeric>

#include "base/bytes.hpp"
#include "link/testing_wires.hpp"
#include "net/loop/testing_peer.hpp"
#include "net/websocket/testing_frames.hpp"
#include "service/local_link.hpp"

namespace godwit::link {
namespace {

using namespace net::testing;
using testing::Wire;

/// A node with users, which notes the numbers of what is pushed.
class Node final : public NodeEnd {
 public:
  explicit Node(std::vector<UserKey> users = {UserKey("ann")}) : users_(std::move(users)) {}
  void opened(LinkPtr link) override { link->send(Snapshot{.users = users_, .pushed = 0}); }
  void heard(Link&, Down message) override {
    const std::lock_guard lock(mutex_);
    if (const auto* pushed = std::get_if<Pushed>(&message)) {
      numbers_.push_back(pushed->number);
      for (const auto& push : *pushed->batch) pushes += push.users ? push.users->size() : 1;
    }
  }
  void ended(Link&) override { ++ended_count; }
  std::vector<std::uint64_t> numbers() const {
    const std::lock_guard lock(mutex_);
    return numbers_;
  }
  std::atomic<std::size_t> pushes = 0;
  std::atomic<int> ended_count = 0;

 private:
  const std::vector<UserKey> users_;
  mutable std::mutex mutex_;
  std::vector<std::uint64_t> numbers_;
};

class Dispatcher final : public DispatcherEnd {
 public:
  void heard(const LinkPtr&, Up message) override {
    const auto* snapshot = std::get_if<Snapshot>(&message);
    users += snapshot != nullptr ? snapshot->users.size() : 1;
  }
  void ended(Link&) override { ++ended_count; }
  std::atomic<std::size_t> users = 0;
  std::atomic<int> ended_count = 0;
};

Pushed push(std::uint64_t number, std::size_t bytes = 10) {
  std::vector<Push> pushes{{.user = UserKey("ann"), .frame = net::SharedFrame::text(std::string(bytes, 'x'))}};
  return {.number = number, .batch = std::make_shared<const std::vector<Push>>(std::move(pushes))};
}

/// The end of a node whose dispatcher is played by hand, or the other way round.
template <class WiredLink, class End>
struct Lone {
  explicit Lone(End& own_end, const WireSettings& settings = {}) : end(own_end) {
    constexpr bool client = std::is_same_v<WiredLink, DispatcherWireLink>;
    const auto [mine, other] = testing::socket_pair();
    ::fcntl(other, F_SETFL, 0);
    peer.emplace(other);
    link = std::make_shared<WiredLink>(end, "node-1", "d-1", thread.loop, settings);
    thread.loop.call([&, fd = mine] {
      host = std::make_unique<net::ChannelHost>(thread.loop, channel_settings(settings, client));
      if constexpr (!client) end.opened(link);
      link->open(*host, {.fd = fd, .early = {}, .loop = &thread.loop}, [this] { closed = true; });
    });
  }
  ~Lone() {
    thread.loop.call([&] {
      link->drop();
      host.reset();
    });
  }
  End& end;
  LoopThread thread;
  std::unique_ptr<net::ChannelHost> host;
  std::shared_ptr<WiredLink> link;
  std::optional<Peer> peer;
  std::atomic<bool> closed = false;
};

TEST_SUITE("link: over a WebSocket") {
  TEST_CASE("what one thread sends comes in its order, whatever goes the other way meanwhile") {
    Wire::Loops loops;
    Node node;
    Dispatcher dispatcher;
    Wire wire(loops, node, dispatcher);
    std::thread up([&] {
      for (int i = 0; i < 5'000; ++i) wire.at_node->send(Here{.number = 1, .user = UserKey("u" + std::to_string(i))});
    });
    for (std::uint64_t i = 1; i <= 20'000; ++i) wire.at_dispatcher->send(push(i));
    up.join();
    REQUIRE(wire.settle());
    std::vector<std::uint64_t> all(20'000);
    std::iota(all.begin(), all.end(), 1U);
    CHECK(node.numbers() == all);
    CHECK(dispatcher.users == 5'001);
  }

  TEST_CASE("a cut by either end is heard by both, once, and nothing afterwards") {
    for (const bool by_node : {true, false}) {
      Wire::Loops loops;
      Node node;
      Dispatcher dispatcher;
      Wire wire(loops, node, dispatcher);
      auto& link = by_node ? static_cast<Link&>(*wire.at_node) : static_cast<Link&>(*wire.at_dispatcher);
      link.cut();
      link.cut();
      REQUIRE(wire.settle());
      wire.at_dispatcher->send(push(1));
      wire.at_node->send(Here{.number = 1, .user = UserKey("bob")});
      std::this_thread::sleep_for(20ms);
      CHECK(node.ended_count == 1);
      CHECK(dispatcher.ended_count == 1);
      CHECK(node.numbers().empty());
      CHECK(dispatcher.users == 1);
    }
  }

  TEST_CASE("an end that reads nothing costs a bounded queue: then the link is cut") {
    Node node;
    Lone<NodeWireLink, Node> lone(node, {.queue_bytes = 64 * 1024});
    std::size_t sent = 0;
    while (node.ended_count == 0 && sent < 100'000) {
      lone.link->send(Here{.number = ++sent, .user = UserKey(std::string(50, 'u'))});
      if (sent % 100 == 0) std::this_thread::sleep_for(1ms);
    }
    CHECK(node.ended_count == 1);
    CHECK(sent < 20'000);
    CHECK(eventually([&] { return lone.closed.load(); }));
  }

  TEST_CASE("what does not leave at once is bounded as well: one message too large, or a loop that stands") {
    Node node;
    Dispatcher dispatcher;
    Wire::Loops loops({.queue_bytes = 64 * 1024});
    Wire wire(loops, node, dispatcher, "n", "d", {.queue_bytes = 64 * 1024});
    SUBCASE("one message") { wire.at_dispatcher->send(push(1, 65 * 1024)); }
    SUBCASE("a loop that stands") {
      std::atomic<bool> go = false;
      loops.dispatcher.loop.post([&] { go.wait(false); });
      for (std::uint64_t i = 1; i <= 100; ++i) wire.at_dispatcher->send(push(i, 1'000));
      CHECK(wire.at_dispatcher->is_cut());
      CHECK(dispatcher.ended_count == 0);  // never from within send
      go = true;
      go.notify_all();
      loops.dispatcher.loop.call([] {});  // it looks at `go` no more
    }
    REQUIRE(wire.settle());
    CHECK(node.ended_count == 1);
    CHECK(dispatcher.ended_count == 1);
    CHECK(node.numbers().empty());
  }

  TEST_CASE("an end that is silent is cut, one that answers pings is not") {
    const WireSettings quick{.heartbeat = 40ms, .silence = 60ms};
    Node node;
    Lone<NodeWireLink, Node> silent(node, quick);
    CHECK(eventually([&] { return node.ended_count == 1; }));
    Wire::Loops loops(quick);
    Node other;
    Dispatcher dispatcher;
    Wire wire(loops, other, dispatcher, "n", "d", quick);
    std::this_thread::sleep_for(400ms);
    CHECK(other.ended_count == 0);
    CHECK(dispatcher.ended_count == 0);
  }

  TEST_CASE("the connection ends after any byte: what came whole is heard, in order, then that it ended") {
    std::string stream;
    DispatcherWire speaker;
    std::string users;
    NodeWire().encode(Snapshot{.users = {UserKey("ann")}, .pushed = 0}, users);
    REQUIRE(speaker.decode(users));
    std::vector<std::size_t> ends;
    for (std::uint64_t i = 1; i <= 3; ++i) {
      std::string bytes;
      speaker.encode(push(i), bytes);
      stream += client_frame(0x82, bytes);
      ends.push_back(stream.size());
    }
    for (std::size_t size = 0; size <= stream.size(); ++size) {
      Node node;
      Lone<NodeWireLink, Node> lone(node);
      lone.peer->write(stream.substr(0, size));
      ::shutdown(lone.peer->fd(), SHUT_WR);  // closed with the node's own first words unread, it would be a reset
      REQUIRE(eventually([&] { return lone.closed.load(); }));
      const auto whole = static_cast<std::size_t>(std::ranges::count_if(ends, [&](auto end) { return end <= size; }));
      CHECK(node.numbers().size() == whole);
      CHECK(std::ranges::is_sorted(node.numbers()));
      CHECK(node.ended_count == 1);
    }
  }

  TEST_CASE("what is no message of the link cuts it, at either end") {
    using namespace std::string_literals;
    for (const auto& garbage : {client_frame(0x82, "\xff\xff\xff"), client_text("\x13"), "GET / HTTP/1.1\r\n\r\n"s,
                                client_frame(0x82, "\x11\x01\x01\x00\x01\x07\x81\x01x"s)}) {
      Node node;
      Lone<NodeWireLink, Node> lone(node);
      lone.peer->write(garbage);
      CHECK(eventually([&] { return node.ended_count == 1; }));
      CHECK(node.numbers().empty());
    }
    Dispatcher dispatcher;
    Lone<DispatcherWireLink, Dispatcher> lone(dispatcher);
    lone.peer->write("\x82\x01\x55"s);
    CHECK(eventually([&] { return dispatcher.ended_count == 1; }));
  }

  TEST_CASE("a dispatcher's frames are masked, with a key of their own, and a masked one is refused there") {
    using namespace std::string_literals;
    Dispatcher dispatcher;
    Lone<DispatcherWireLink, Dispatcher> lone(dispatcher);
    lone.link->send(Missed{});
    const auto first = lone.peer->read_exactly(7);
    lone.thread.loop.call([] {});
    lone.link->send(Missed{});
    const auto second = lone.peer->read_exactly(7);
    CHECK(first.substr(0, 2) == "\x82\x81");
    CHECK(second.substr(0, 2) == "\x82\x81");
    CHECK(first.substr(2, 4) != second.substr(2, 4));
    CHECK((first[6] ^ first[2]) == 0x13);
    lone.peer->write(client_frame(0x82, "\x01\x00\x00"s));
    CHECK(eventually([&] { return dispatcher.ended_count == 1; }));
    CHECK(dispatcher.users == 0);
  }

  TEST_CASE("how fast: 20,000 users' snapshot, then pushes of 300 bytes to 20 of them, over the wire and by a call") {
    std::vector<UserKey> users;
    for (int i = 0; i < 20'000; ++i) users.emplace_back("user-" + std::to_string(i));
    constexpr std::size_t kBatches = 20'000, kMembers = 20;
    std::vector<Pushed> batches;
    for (std::size_t i = 0; i < kBatches; ++i) {
      std::vector<UserKey> members;
      for (std::size_t m = 0; m < kMembers; ++m) members.push_back(users[(i * 37 + m * 991) % users.size()]);
      std::vector<Push> one{{.users = std::make_shared<const std::vector<UserKey>>(std::move(members)),
                             .frame = net::SharedFrame::text(std::string(300, 'x'))}};
      batches.push_back({.number = i + 1, .batch = std::make_shared<const std::vector<Push>>(std::move(one))});
    }
    const auto run = [&](Node& node, Link& link) {
      const auto start = std::chrono::steady_clock::now();
      const auto cpu = std::clock();
      for (const auto& batch : batches) {
        link.send(Down(batch));
        // As a dispatcher that has bounded work in flight.
        if (batch.number % 256 == 0) eventually([&] { return node.numbers().size() + 4096 > batch.number; });
      }
      REQUIRE(eventually([&] { return node.pushes == kBatches * kMembers; }, 30s));
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
      return std::pair(took.count(), static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC);
    };
    Node far(users), near(users);
    Dispatcher dispatcher;
    Wire::Loops loops;
    const auto begun = std::chrono::steady_clock::now();
    Wire wire(loops, far, dispatcher);
    const std::chrono::duration<double> snapshot = std::chrono::steady_clock::now() - begun;
    REQUIRE(dispatcher.users == 20'000);
    const auto [wired, wired_cpu] = run(far, *wire.at_dispatcher);
    LocalLink local(near, dispatcher, "n", "d");
    const auto [called, called_cpu] = run(near, local);
    MESSAGE("snapshot of 20,000 users " << snapshot.count() * 1e3 << " ms; " << kBatches << " pushes to " << kMembers
                                        << " users each: wire " << wired << " s (" << wired_cpu << " s CPU), call "
                                        << called << " s (" << called_cpu << " s CPU)");
    std::vector<std::uint64_t> all(kBatches);
    std::iota(all.begin(), all.end(), 1U);
    CHECK(far.numbers() == all);
  }
}

}  // namespace
}  // namespace godwit::link

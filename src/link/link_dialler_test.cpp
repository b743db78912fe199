#include <doctest/doctest.h>
#include <fcntl.h>

#include <algorithm>
#include <mutex>

#include "link/link_dialler.hpp"
#include "link/link_door.hpp"
#include "net/internal/listener.hpp"
#include "net/loop/testing_loop.hpp"

// Dispatchers and nodes over TCP, through the internal listener.

namespace godwit::link {
namespace {

using namespace net::testing;

class NodeSide final : public NodeEnd {
 public:
  explicit NodeSide(std::size_t count = 1) {
    for (std::size_t i = 0; i < count; ++i) users.emplace_back("user-" + std::to_string(i));
  }
  void opened(LinkPtr link) override {
    ++opened_count;
    link->send(Snapshot{.users = users, .pushed = 0});
    const std::lock_guard lock(mutex);
    last = link;
  }
  void heard(Link&, Down) override { ++heard_count; }
  void ended(Link&) override { ++ended_count; }
  void cut_last() {
    LinkPtr link;
    {
      const std::lock_guard lock(mutex);
      link = std::exchange(last, nullptr);
    }
    link->cut();
  }
  std::vector<UserKey> users;
  std::atomic<int> opened_count = 0, heard_count = 0, ended_count = 0;
  std::mutex mutex;
  LinkPtr last;
};

class DispatcherSide final : public DispatcherEnd {
 public:
  void heard(const LinkPtr& link, Up message) override {
    const std::lock_guard lock(mutex);
    if (const auto* snapshot = std::get_if<Snapshot>(&message)) users[link->node()] = snapshot->users.size();
    link->send(Missed{});
  }
  void ended(Link& link) override {
    const std::lock_guard lock(mutex);
    users.erase(link.node());
  }
  std::size_t of(const std::string& node) {
    const std::lock_guard lock(mutex);
    return users.contains(node) ? users[node] : 0;
  }
  std::mutex mutex;
  std::map<std::string, std::size_t> users;
};

Log& quiet() {
  static Log log(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  return log;
}

/// A node's process.
struct House {
  explicit House(const std::string& name, std::uint16_t port = 0, std::size_t users = 1,
                 const std::string& secret = "the secret")
      : node(users),
        door(node, {&loop.loop, &second.loop}, name, {}, quiet()),
        listener({&loop.loop, &second.loop}, {.port = port, .name = name, .secret = secret}, {&door}, random, quiet()) {
    REQUIRE(listener.open());
    listener.start();
    address = {.name = name, .host = "127.0.0.1", .port = listener.port()};
  }
  SystemRandom random;
  NodeSide node;
  LoopThread loop, second;
  LinkDoor door;
  net::internal::InternalListener listener;
  discovery::Node address;
};

struct Dispatch {
  explicit Dispatch(std::vector<discovery::Node> all) : nodes(std::move(all)) {
    links.emplace(thread.loop, end, nodes, phone,
                  LinkDialler::Settings{.dispatcher = "d-1", .look = 20ms, .back_off = 10ms, .most_back_off = 50ms},
                  quiet());
    links->start();
  }
  SystemRandom random;
  net::internal::Phone phone{.secret = "the secret", .random = random};
  DispatcherSide end;
  discovery::GivenNodes nodes;
  LoopThread thread;
  std::optional<LinkDialler> links;
};

TEST_SUITE("link: dialled") {
  TEST_CASE("a link to each node, which say who is there; what is cut is dialled again") {
    House one("node-1", 0, 3), two("node-2", 0, 20'000);
    Dispatch dispatch({one.address, two.address});
    REQUIRE(eventually([&] { return dispatch.end.of("node-1") == 3 && dispatch.end.of("node-2") == 20'000; }));
    CHECK(dispatch.links->links() == 2);
    CHECK(one.door.links() == 1);
    CHECK(eventually([&] { return two.node.heard_count == 1; }));
    one.node.cut_last();
    REQUIRE(eventually([&] { return one.node.opened_count == 2 && dispatch.end.of("node-1") == 3; }));
    CHECK(one.node.ended_count == 1);
    CHECK(two.node.opened_count == 1);
    dispatch.links->stop();
    CHECK(eventually([&] { return one.door.links() == 0 && two.door.links() == 0; }));
    CHECK(dispatch.end.of("node-2") == 0);
  }

  TEST_CASE("a node that dies is gone, and is linked again where it comes back; one that leaves the list is cut") {
    auto one = std::make_optional<House>("node-1");
    House two("node-2");
    const auto address = one->address;
    Dispatch dispatch({address, two.address});
    REQUIRE(eventually([&] { return dispatch.links->links() == 2; }));
    one.reset();
    REQUIRE(eventually([&] { return dispatch.links->links() == 1 && dispatch.end.of("node-1") == 0; }));
    one.emplace("node-1", address.port);
    REQUIRE(eventually([&] { return dispatch.end.of("node-1") == 1; }));
    dispatch.nodes.set({two.address});
    CHECK(eventually([&] { return one->node.ended_count == 1 && dispatch.links->links() == 1; }));
    std::this_thread::sleep_for(100ms);
    CHECK(one->node.opened_count == 1);
    House three("node-3");
    dispatch.nodes.set({two.address, three.address});
    CHECK(eventually([&] { return dispatch.end.of("node-3") == 1; }));
    CHECK(two.node.opened_count == 1);
  }

  TEST_CASE("another secret, or another node at the address: no link") {
    House strange("node-1", 0, 1, "another secret"), two("node-2");
    auto wrong = two.address;
    wrong.name = "node-3";
    Dispatch dispatch({strange.address, wrong});
    std::this_thread::sleep_for(200ms);
    CHECK(dispatch.links->links() == 0);
    CHECK(strange.node.opened_count == 0);
    CHECK(two.node.opened_count == 0);
  }

  TEST_CASE("either process goes first") {
    House one("node-1");
    auto dispatch = std::make_optional<Dispatch>(std::vector{one.address});
    REQUIRE(eventually([&] { return one.door.links() == 1; }));
    dispatch.reset();
    CHECK(eventually([&] { return one.door.links() == 0; }));
    CHECK(one.node.ended_count == 1);
  }
}

}  // namespace
}  // namespace godwit::link

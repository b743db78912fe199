#include <doctest/doctest.h>

#include <fcntl.h>
#include <thread>

#include "app/server/loops.hpp"
#include "dispatch/node_links.hpp"
#include "engine/memory/registry.hpp"
#include "gateway/gateway_role.hpp"
#include "link/link_dialler.hpp"
#include "link/link_door.hpp"
#include "net/http/server.hpp"
#include "net/internal/listener.hpp"
#include "net/loop/testing_loop.hpp"
#include "net/websocket/testing_frames.hpp"
#include "node/acceptor.hpp"
#include "node/node_role.hpp"
#include "relay/relay.hpp"
#include "relay/socket_door.hpp"
#include "service/fake_dispatch.hpp"
#include "service/fake_offline.hpp"
#include "service/fake_users.hpp"
#include "service/testing_change_log.hpp"

// A gateway, a dispatcher and nodes, each as if in a process of its own: what is pushed goes down a link to the node
// and, through the gateway, to the client.

namespace godwit::app {
namespace {

using namespace net::testing;

/// A token is "<user>@<node>".
class Users final : public user::FakeUsers {
 public:
  Task<Result<user::Proven>> authenticate(std::string_view token) override {
    const auto at = token.find('@');
    const std::string name(token.substr(0, at));
    co_return user::Proven{.who = {.user = UserKey(name),
                                   .session = SessionId("s-" + name),
                                   .device = DeviceId("d"),
                                   .expires_at = 4'000'000'000'000},
                           .node = std::string(token.substr(at + 1))};
  }
  Task<Result<user::Proven>> prove_again(Identity who) override { co_return user::Proven{.who = std::move(who)}; }
  Task<Result<std::shared_ptr<const std::vector<UserKey>>>> awake_friends(const UserKey&) override {
    co_return std::make_shared<const std::vector<UserKey>>();
  }
};

/// What the processes share, or have each as well.
struct House {
  SystemClock clock;
  SystemRandom random;
  Log log{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  engine::memory::MemoryRegistry registry{clock, engine::memory::kOneProcess};
  Users users;
  changes::TestingChangeLog change_log;
  changes::ChangeFeed feed{change_log, clock};
  dispatch::FakeDispatch dispatch;
  offline::FakeOffline offline;
  discovery::GivenNodes nodes;
  net::internal::Phone phone{.secret = "the secret", .random = random};
};

struct NodeProcess final : gateway::HandOver {
  NodeProcess(House& house, const std::string& name) : loops(2) {
    std::vector<Executor*> executors;
    for (auto* loop : loops.all()) executors.push_back(loop);
    role.emplace(executors,
                 node::NodeRole::Peers{.users = house.users,
                                       .dispatch = house.dispatch,
                                       .offline = house.offline,
                                       .registry = house.registry,
                                       .feed = house.feed},
                 node::Settings{.name = name}, house.clock, house.log, metrics);
    acceptor.emplace(*role, loops.all(), net::ChannelSettings{});
    links.emplace(role->links(), loops.all(), name, link::WireSettings{}, house.log);
    sockets.emplace(*this, house.log);
    listener.emplace(loops.all(), net::internal::InternalListener::Settings{.name = name, .secret = "the secret"},
                     std::vector<net::internal::Door*>{&*links, &*sockets}, house.random, house.log);
    REQUIRE(listener->open());
    listener->start();
    loops.start();
    role->start();
    address = {.name = name, .host = "127.0.0.1", .port = listener->port()};
  }
  /// A round of 305 lasts a second: it ends before its loop does, which would drop it.
  ~NodeProcess() override {
    std::this_thread::sleep_for(std::chrono::milliseconds(1'300));
    loops.stop();
  }
  void take(net::RawSocket socket, user::Proven proven, Slots::Slot) override {
    acceptor->accept(std::move(socket), std::move(proven));
  }

  Loops loops;
  Metrics metrics;
  std::optional<node::NodeRole> role;
  std::optional<node::Acceptor> acceptor;
  std::optional<link::LinkDoor> links;
  std::optional<relay::SocketDoor> sockets;
  std::optional<net::internal::InternalListener> listener;
  discovery::Node address;
};

struct GatewayProcess {
  explicit GatewayProcess(House& house)
      : relay({&loop.loop}, house.nodes, house.phone, {.name = "gateway-1"}, nullptr, house.log),
        role(1, {.users = house.users, .feed = house.feed, .sockets = relay}, {.limits = false}, house.clock,
             house.random, house.log, metrics),
        server(loop.loop, {.port = 0},
               {.handle = [this](net::Request& request) { return role.handle(request); },
                .refuse = [this](const Error& error) { return role.refuse(error); }},
               role.gate(), house.log) {
    REQUIRE(server.open());
    server.start();
  }
  Peer connect(const std::string& token) {
    Peer peer = connect_to(server.port());
    peer.write(
        "GET /v1/socket HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Authorization: Bearer " +
        token + "\r\n\r\n");
    status = peer.read_until("\r\n\r\n").substr(9, 3);
    return peer;
  }
  Metrics metrics;
  std::string status;
  LoopThread loop;
  relay::Relay relay;
  gateway::GatewayRole role;
  net::HttpServer server;
};

struct DispatchProcess {
  explicit DispatchProcess(House& house, const std::string& name = "dispatch-1")
      : dialler(loop.loop, links, house.nodes, house.phone, {.dispatcher = name, .look = 20ms}, house.log) {
    dialler.start();
  }
  void commit(const UserKey& user, const std::string& text) {
    dispatch::NodeLinks::Delivery delivery(links);
    auto batch = std::make_shared<std::vector<link::Push>>();
    if (links.reaches(user)) batch->push_back({.user = user, .frame = net::SharedFrame::text(text)});
    delivery.push(std::move(batch));
  }
  dispatch::NodeLinks links;
  LoopThread loop;
  link::LinkDialler dialler;
};

/// The next frame's text that begins so; others are passed over.
std::string next(Peer& client, const std::string& beginning) {
  for (int i = 0; i < 20; ++i) {
    const auto frame = read_frame(client);
    if (!frame || frame->first == 0x88 || frame->payload.starts_with(beginning)) return frame ? frame->payload : "-";
  }
  return "-";
}
const std::string k201 = R"({"type":201)", k305 = R"({"type":305)";

TEST_SUITE("app: roles in processes of their own") {
  TEST_CASE("what is pushed reaches clients of every node, through gateway and link; a dead node's clients come back") {
    House house;
    auto one = std::make_unique<NodeProcess>(house, "node-1");
    NodeProcess two(house, "node-2");
    house.nodes.set({one->address, two.address});
    DispatchProcess dispatch(house);
    GatewayProcess gateway(house);
    REQUIRE(eventually([&] { return dispatch.dialler.links() == 2; }));
    Peer ann = gateway.connect("ann@node-1"), bob = gateway.connect("bob@node-2");
    CHECK(next(ann, k201).contains(R"("node":"node-1")"));
    CHECK(next(bob, k201).contains(R"("node":"node-2")"));
    // 201 came after every link had acknowledged: who is connected is known by now, without waiting.
    CHECK(dispatch.links.reaches(UserKey("ann")));
    CHECK(dispatch.links.reaches(UserKey("bob")));
    for (int i = 0; i < 100; ++i) {
      dispatch.commit(UserKey("ann"), "to ann " + std::to_string(i));
      dispatch.commit(UserKey("bob"), "to bob " + std::to_string(i));
    }
    for (int i = 0; i < 100; ++i) {
      CHECK(next(ann, "to ann") == "to ann " + std::to_string(i));
      CHECK(next(bob, "to bob") == "to bob " + std::to_string(i));
    }
    one.reset();
    CHECK(next(ann, "never").starts_with("\x03\xf4"));  // 1012
    CHECK(ann.ended());
    CHECK(eventually([&] { return !dispatch.links.reaches(UserKey("ann")); }));
    house.nodes.set({two.address});
    Peer again = gateway.connect("ann@node-1");
    CHECK(next(again, k201).contains(R"("node":"node-2")"));
    dispatch.commit(UserKey("ann"), "welcome back");
    CHECK(next(again, "welcome") == "welcome back");
    again.close();
    CHECK(eventually([&] { return !dispatch.links.reaches(UserKey("ann")); }));
  }

  TEST_CASE("what was committed while a link was away is told, and only then") {
    House house;
    NodeProcess node(house, "node-1");
    house.nodes.set({node.address});
    auto dispatch = std::make_optional<DispatchProcess>(house);
    GatewayProcess gateway(house);
    REQUIRE(eventually([&] { return dispatch->dialler.links() == 1; }));
    Peer ann = gateway.connect("ann@node-1");
    CHECK_FALSE(next(ann, k201).empty());
    dispatch->commit(UserKey("ann"), "one");
    CHECK(next(ann, "one") == "one");
    house.nodes.set({});
    REQUIRE(eventually([&] { return dispatch->dialler.links() == 0; }));
    dispatch->commit(UserKey("ann"), "lost");
    house.nodes.set({node.address});
    CHECK(next(ann, k305).starts_with(k305));
    REQUIRE(eventually([&] { return dispatch->links.reaches(UserKey("ann")); }));
    dispatch->commit(UserKey("ann"), "two");
    CHECK(next(ann, "") == "two");
    // Another life of the dispatcher, which knows nothing of the first.
    dispatch.reset();
    dispatch.emplace(house, "dispatch-2");
    CHECK(next(ann, k305).starts_with(k305));
  }

  TEST_CASE("without a node there is no upgrade") {
    House house;
    GatewayProcess gateway(house);
    (void)gateway.connect("ann@node-1");
    CHECK(gateway.status == "503");
  }
}

}  // namespace
}  // namespace godwit::app

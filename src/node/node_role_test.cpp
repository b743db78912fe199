#include "node/node_role.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

#include "engine/memory/testing_registry.hpp"
#include "node/testing_node.hpp"
#include "service/fake_users.hpp"
#include "service/testing_change_log.hpp"

namespace godwit::node {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using testing::FakeSocket;
using testing::Seen;

const UserKey ann("ann"), bob("bob");

class Users final : public user::FakeUsers {
 public:
  Task<Result<user::Proven>> prove_again(Identity who) override { co_return user::Proven{.who = std::move(who)}; }
  Task<Result<std::shared_ptr<const std::vector<UserKey>>>> awake_friends(const UserKey& user) override {
    if (away.contains(user)) co_return fail(Code::unavailable);
    co_return std::make_shared<const std::vector<UserKey>>(friends[user]);
  }
  std::map<UserKey, std::vector<UserKey>> friends{{ann, {bob}}, {bob, {ann}}};
  std::set<UserKey> away;  ///< whose friends cannot be read
};

/// What nodes share.
struct House {
  ManualClock clock;
  engine::memory::TestingRegistry registry{clock};
  Users users;
  changes::TestingChangeLog change_log;
  changes::ChangeFeed feed{change_log, clock};
  dispatch::FakeDispatch dispatch;
  offline::FakeOffline offline;
};

/// A node with two executors.
struct Machine {
  explicit Machine(House& in, const char* name = "one", Millis expiry = 2'000'000'000'000)
      : house(in), expires_at(expiry) {
    settings.name = name;
    role.emplace(std::vector<Executor*>{&steps, &others},
                 NodeRole::Peers{.users = in.users,
                                 .dispatch = in.dispatch,
                                 .offline = in.offline,
                                 .registry = in.registry,
                                 .feed = in.feed},
                 settings, in.clock, log, metrics);
    role->start();
    run();
  }
  void connect(Seen& seen, const UserKey& user, const char* session, std::size_t executor = 0) {
    Identity who{.user = user, .session = SessionId(session), .device = DeviceId(session), .expires_at = expires_at};
    auto socket = std::make_unique<FakeSocket>(std::move(who), seen);
    (executor == 0 ? steps : others).enter([&] { role->accept(executor, std::move(socket), house.feed.position()); });
    run();
  }
  void hang_up(Seen& seen) {
    steps.enter([&] { seen.socket->hang_up(); });
    run();
  }
  void run() {
    for (int i = 0; i < 8; ++i) steps.run(), others.run();
  }
  /// Time goes on, here and for all.
  void pass(std::chrono::milliseconds time) {
    house.clock.advance(time.count());
    run();
  }
  void push(const UserKey& user, const std::string& frame) {
    std::vector<link::Push> pushes{{.user = user, .frame = net::SharedFrame::text(frame)}};
    role->links().heard(*link,
                        link::Pushed{.number = 1, .batch = std::make_shared<const std::vector<link::Push>>(pushes)});
    run();
  }

  /// A link that acknowledges nothing by itself.
  struct Link final : link::Link, std::enable_shared_from_this<Link> {
    [[nodiscard]] const std::string& node() const noexcept override { return name; }
    [[nodiscard]] const std::string& dispatcher() const noexcept override { return name; }
    void send(link::Down) override {}
    void send(link::Up message) override {
      if (const auto* here = std::get_if<link::Here>(&message)) told = here->number;
    }
    void cut() override { is_cut = true; }
    const std::string name = "d";
    std::uint64_t told = 0;
    bool is_cut = false;
  };

  House& house;
  Millis expires_at;
  SteppedExecutor steps{house.clock}, others{house.clock};
  Settings settings;
  Log log{-1};
  Metrics metrics;
  std::optional<NodeRole> role;
  std::shared_ptr<Link> link = std::make_shared<Link>();
};

std::string presence(const char* who, const char* to, bool online) {
  return std::string(R"({"type":304,"msgSender":")") + who + R"(","msgReceiver":")" + to + R"(","msg":"","online":)" +
         (online ? "true}" : "false}");
}
constexpr const char *k201 = R"({"type":201)", *k304 = R"({"type":304)", *k305 = R"({"type":305)";

TEST_SUITE("node: sockets") {
  TEST_CASE(
      "a socket is told that it is connected when every dispatcher knows of it; what was pushed before it pulls") {
    House house;
    Machine node(house);
    node.role->links().opened(node.link);
    Seen seen;
    node.connect(seen, ann, "phone");
    CHECK(node.link->told == 1);
    node.push(ann, R"({"type":101})");
    CHECK(seen.frames.empty());
    node.role->links().heard(*node.link, link::Registered{.up_to = 1});
    node.run();
    CHECK(seen.count(k201) == 1);
    node.push(ann, R"({"type":101})");
    CHECK(seen.frames.back() == R"({"type":101})");
  }

  TEST_CASE("who hangs up before is forgotten everywhere") {
    House house;
    Machine node(house);
    node.role->links().opened(node.link);
    Seen seen;
    node.connect(seen, ann, "phone");
    node.hang_up(seen);
    node.role->links().heard(*node.link, link::Registered{.up_to = 1});
    node.run();
    CHECK(node.role->online_users() == 0);
    CHECK(node.role->open_sockets() == 0);
    CHECK_FALSE(sync_wait(house.registry.standings({ann}))->users[0].online);
  }

  TEST_CASE("what was missed is told to everybody who is connected") {
    House house;
    Machine node(house);
    Seen one, two;
    node.connect(one, ann, "phone");
    node.connect(two, bob, "desk", 1);
    node.role->links().heard(*node.link, link::Missed{});
    node.run();
    CHECK(one.frames.back() == R"({"type":305,"msgSender":"","msgReceiver":"","msg":""})");
    CHECK(two.count(k305) == 1);
    for (int i = 0; i < 5; ++i) node.role->links().heard(*node.link, link::Missed{});
    node.run();
    CHECK(two.count(k305) == 1);  // one round a second, and one more for all that came meanwhile
    node.pass(std::chrono::milliseconds(1000));
    CHECK(two.count(k305) == 2);
    node.pass(std::chrono::milliseconds(5000));
    CHECK(two.count(k305) == 2);
  }

  TEST_CASE("a newer socket of a session replaces the older one, on whichever loop") {
    for (const std::size_t executor : {0, 1}) {
      House house;
      Machine node(house);
      Seen older, newer, friends;
      node.connect(friends, bob, "desk");
      node.connect(older, ann, "phone");
      node.connect(newer, ann, "phone", executor);
      CHECK(older.closed == 4505);
      CHECK(newer.closed == 0);
      CHECK(friends.take(k304) == Lines{presence("ann", "bob", true)});
      CHECK(sync_wait(house.registry.standings({ann}))->users[0] == registry::Standing{1, true});
    }
  }

  TEST_CASE("a registration that comes after the one of a newer socket does not take it along, on whichever loop") {
    for (const std::size_t executor : {0, 1}) {
      House house;
      Machine node(house);
      Seen older, newer, friends;
      node.connect(friends, bob, "desk");
      house.registry.hold_next = true;
      node.connect(older, ann, "phone");
      node.hang_up(older);
      node.connect(newer, ann, "phone", executor);
      house.registry.release(true);
      node.run();
      CHECK(newer.closed == 0);
      CHECK(sync_wait(house.registry.standings({ann}))->users[0] == registry::Standing{1, true});
      (executor == 0 ? node.steps : node.others).enter([&] { newer.socket->hang_up(); });
      node.run();
      CHECK_FALSE(sync_wait(house.registry.standings({ann}))->users[0].online);
    }
  }

  TEST_CASE("sockets that come at the same time are registered with one call, and their friends asked for with one") {
    House house;
    Machine node(house);
    Seen first, second, third, mine;
    house.registry.hold_next = true;
    node.connect(first, UserKey("fay"), "a");
    node.connect(second, bob, "b");
    node.connect(third, UserKey("gus"), "c", 1);
    house.users.friends[UserKey("fay")] = house.users.friends[UserKey("gus")] = {bob};
    CHECK(house.registry.entered == 1);
    house.registry.hold_next_asked = true;
    house.registry.release(true);
    node.run();
    CHECK(house.registry.entered == 2);
    for (const auto* one : {&first, &second, &third}) CHECK(one->count(k201) == 1);
    CHECK(house.registry.asked == 1);
    house.registry.release(true);
    node.run();
    CHECK(house.registry.asked == 2);
    CHECK(second.take(k304) == Lines{presence("fay", "bob", true), presence("gus", "bob", true)});
    node.connect(mine, ann, "d");
    CHECK(mine.take(k304) == Lines{presence("bob", "ann", true)});
    CHECK(first.take(k304) == Lines{presence("bob", "fay", true)});
    CHECK(third.take(k304) == Lines{presence("bob", "gus", true)});
    CHECK(second.take(k304) == Lines{presence("ann", "bob", true)});
  }

  TEST_CASE("201 is the first frame also of a socket whose session ends before it is registered") {
    House house;
    Machine node(house);
    Seen seen;
    house.registry.hold_next = true;
    node.connect(seen, ann, "phone");
    CHECK(seen.frames.empty());
    (void)sync_wait(house.change_log.publish({changes::session_ended(SessionId("phone"))}));
    node.run();
    house.registry.release(true);
    node.run();
    CHECK(seen.closed == 4502);
    REQUIRE(seen.frames.size() == 2);
    CHECK(seen.frames[0].starts_with(R"({"type":201)"));
    CHECK(seen.frames[1].starts_with(R"({"type":202)"));
  }

  TEST_CASE("a socket whose token runs out closes") {
    House house;
    Machine node(house, "one", house.clock.now() + 5'000);
    Seen seen;
    node.connect(seen, ann, "phone");
    for (int i = 0; i < 4; ++i) node.pass(1s);
    CHECK(seen.closed == 0);
    for (int i = 0; i < 3; ++i) node.pass(1s);
    CHECK(seen.closed == 4501);
  }
}

TEST_SUITE("node: presence") {
  TEST_CASE("two friends who connect at once hear of each other once") {
    for (const std::size_t executor : {0, 1}) {
      House house;
      Machine node(house);
      Seen anns, bobs;
      // Neither executor gets round to anything between the two.
      Identity who{.user = ann, .session = SessionId("a"), .device = DeviceId("a"), .expires_at = node.expires_at};
      node.steps.enter([&] { node.role->accept(0, std::make_unique<FakeSocket>(who, anns), house.feed.position()); });
      node.connect(bobs, bob, "b", executor);
      node.pass(1s);
      CHECK(anns.take(k304) == Lines{presence("bob", "ann", true)});
      CHECK(bobs.take(k304) == Lines{presence("ann", "bob", true)});
      node.hang_up(bobs);
      CHECK(anns.take(k304) == Lines{presence("bob", "ann", false)});
    }
  }

  TEST_CASE("who connects while accounts cannot be read is told when they can") {
    House house;
    Machine node(house);
    Seen anns, bobs;
    node.connect(anns, ann, "phone");
    house.users.away = {ann, bob};
    node.connect(bobs, bob, "desk");
    node.pass(3s);
    CHECK(anns.count(k304) + bobs.count(k304) == 0);
    house.users.away.clear();
    node.pass(1s);
    CHECK(anns.take(k304) == Lines{presence("bob", "ann", true)});
    CHECK(bobs.take(k304) == Lines{presence("ann", "bob", true)});
  }

  TEST_CASE("who goes after a friend's 201, and before that friend is told who is online, is told to have gone") {
    House house;
    Machine node(house);
    Seen anns, bobs;
    node.connect(bobs, bob, "desk");
    SUBCASE("the change comes first") {
      house.users.away = {ann};
      node.connect(anns, ann, "phone");
      REQUIRE(anns.count(k201) == 1);  // and reads that bob is online
      node.hang_up(bobs);
    }
    SUBCASE("the change comes last") {
      house.users.away = {ann, bob};
      node.connect(anns, ann, "phone");
      node.hang_up(bobs);
      house.users.away = {bob};
      node.pass(1s);
    }
    house.users.away.clear();
    node.pass(1s);
    CHECK(anns.take(k304) == Lines{presence("bob", "ann", false)});
  }

  TEST_CASE("friends on two nodes hear of each other, and of a node's death when its lease has run out") {
    House house;
    Machine one(house, "one");
    Seen anns, bobs;
    one.connect(anns, ann, "phone");
    {
      Machine two(house, "two");
      two.connect(bobs, bob, "desk");
      CHECK(bobs.take(k304) == Lines{presence("ann", "bob", true)});
      one.pass(1s);
      CHECK(anns.take(k304) == Lines{presence("bob", "ann", true)});
    }
    for (int i = 0; i < 6; ++i) one.pass(1s);
    CHECK(anns.count(k304) == 0);
    for (int i = 0; i < 3; ++i) one.pass(1s);
    CHECK(anns.take(k304) == Lines{presence("bob", "ann", false)});
    CHECK(anns.closed == 0);
  }

  TEST_CASE("a session that opens a socket at another node loses the one here") {
    House house;
    Machine one(house, "one"), two(house, "two");
    Seen older, newer;
    one.connect(older, ann, "phone");
    two.connect(newer, ann, "phone");
    one.pass(1s);
    CHECK(older.closed == 4505);
    two.pass(1s);
    CHECK(newer.closed == 0);
    Seen back;
    one.connect(back, ann, "phone");  // and again, before it hears of anything
    two.pass(1s);
    one.pass(1s);
    CHECK(newer.closed == 4505);
    CHECK(back.closed == 0);
  }

  TEST_CASE("a node whose lease ran out while it slept joins again with all its sockets") {
    House house;
    Machine one(house, "one"), two(house, "two");
    Seen anns, bobs;
    one.connect(anns, ann, "phone");
    two.connect(bobs, bob, "desk");
    one.pass(1s);
    anns.frames.clear();
    for (int i = 0; i < 10; ++i) one.pass(1s);  // two sleeps
    CHECK(anns.take(k304) == Lines{presence("bob", "ann", false)});
    two.pass(2s);
    one.pass(1s);
    CHECK(anns.take(k304) == Lines{presence("bob", "ann", true)});
    CHECK(bobs.closed == 0);
    two.hang_up(bobs);
    one.pass(1s);
    CHECK(anns.take(k304) == Lines{presence("bob", "ann", false)});
  }
}

}  // namespace
}  // namespace godwit::node

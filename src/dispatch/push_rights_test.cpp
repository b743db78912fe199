#include <doctest/doctest.h>

#include "dispatch/fake_peers.hpp"

namespace godwit::dispatch {
namespace {

using Pushed = std::vector<std::string>;

const UserKey ann("ann"), bob("bob"), cas("cas");
const GroupKey group("walkers");

class World {
 public:
  World() {
    role.links().heard(link, link::Snapshot{.users = {ann, bob, cas}});
    roster({ann, bob});
    change("created", {ann, bob}, {});
    link->take();
  }
  void roster(const std::vector<UserKey>& members) { users.set_roster(group, members); }
  void change(const std::string& what, std::vector<UserKey> joined, std::vector<UserKey> left) {
    Message frame;
    frame.type = Type::group_changed;
    frame.conversation = Conversation::of_group(group);
    frame.change = what;
    frame.text = what;
    frame.joined = std::move(joined);
    frame.left = std::move(left);
    REQUIRE(sync_wait(role.publish(std::move(frame), "once " + std::to_string(++count_))));
  }
  /// On its way until something that it waits for is let go.
  void start(const UserKey& sender, const std::string& text, const std::string& reply_to = {}) {
    spawn([](World& world, UserKey sender, std::string text, std::string reply_to) -> Task<void> {
      const Identity who{.user = sender, .session = SessionId("s"), .device = DeviceId("phone")};
      const auto sent = co_await world.role.send_message(
          who, {.type = Type::group, .receiver = group.str(), .text = text, .client_id = text, .reply_to = reply_to});
      REQUIRE_MESSAGE(sent.has_value(), sent.error().detail);
      ++world.sent;
    }(*this, sender, text, reply_to));
  }

  ManualClock clock;
  SystemRandom random;
  Metrics metrics;
  testing::FakeUsers users;
  std::shared_ptr<testing::FakeLink> link = std::make_shared<testing::FakeLink>();
  testing::FakeOffline offline;
  testing::FakeLedger ledger{offline};
  testing::FakeBus bus;
  testing::FakeArchive archive{ledger};
  DispatchRole role{{.ledger = ledger, .commits = ledger, .bus = bus},
                    {.users = users, .archive = archive, .offline = offline},
                    {}, clock, random, metrics};
  int sent = 0;

 private:
  int count_ = 0;
};

}  // namespace

TEST_CASE("who was removed while a reply was being checked is not pushed it, and hears of the removal") {
  World world;
  world.start(bob, "question");
  CHECK(world.link->take() == Pushed{"ann: question", "bob: question"});  // bob's other device
  world.archive.gate.shut = true;
  world.start(ann, "answer", world.ledger.messages.back()->id.str());
  REQUIRE(world.archive.gate.waiting() == 1);
  world.roster({ann});
  world.change("removed", {}, {bob});
  CHECK(world.link->take() == Pushed{"ann: removed", "bob: removed"});
  world.archive.gate.open();
  CHECK(world.sent == 2);
  CHECK(world.link->take() == Pushed{"ann: answer"});
}

TEST_CASE("who joins is pushed nothing that was numbered before") {
  World world;
  world.roster({ann, bob, cas});  // committed; the 206 is not numbered yet
  world.start(ann, "before");
  CHECK(world.link->take() == Pushed{"bob: before", "ann: before"});
  world.change("joined", {cas}, {});
  CHECK(world.link->take() == Pushed{"ann: joined", "bob: joined", "cas: joined"});
  world.start(ann, "after");
  CHECK(world.link->take() == Pushed{"bob: after", "cas: after", "ann: after"});
}

TEST_CASE("who was removed is not even pushed what they sent themselves") {
  World world;
  world.start(ann, "question");
  world.archive.gate.shut = true;
  world.start(bob, "my last word", world.ledger.messages.back()->id.str());
  world.change("removed", {}, {bob});
  world.link->take();
  world.archive.gate.open();
  CHECK(world.sent == 2);
  CHECK(world.link->take() == Pushed{"ann: my last word"});
}

TEST_CASE("a notice to a group goes to whoever reads it") {
  World world;
  world.roster({ann, cas});  // neither the 209 nor the 206 is numbered yet
  Notice notice{.to = {}, .text = "sale", .title = "", .client_id = "n"};
  notice.to.groups = {group};
  const auto pushed = sync_wait(world.role.push_notice(service_pusher("shop"), std::move(notice)));
  REQUIRE(pushed);
  CHECK(pushed->receivers == 2);
  CHECK(world.link->take() == Pushed{"ann: sale", "bob: sale"});
}

TEST_CASE("a group's readers are loaded once, and not for its first message") {
  World world;
  CHECK(world.offline.loads == 0);
  for (int i = 0; i < 5; ++i) world.start(ann, std::to_string(i));
  CHECK(world.offline.loads == 0);
  const auto second = Conversation::of_group(GroupKey("second"));
  Message there;
  there.conversation = second;
  there.seq = 7;
  there.joined = {ann};
  world.offline.take(there);  // as after a restart
  world.offline.broken = true;
  CHECK(sync_wait(world.role.send_message({.user = ann, .session = SessionId("s"), .device = DeviceId("phone")},
                                          {.type = Type::group, .receiver = "second", .text = "x", .client_id = "x"}))
            .error()
            .code == Code::unavailable);
  CHECK(world.ledger.messages.size() == 6);  // nothing is numbered that could not be pushed
}

}  // namespace godwit::dispatch

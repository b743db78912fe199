#include "offline/role.hpp"

#include <doctest/doctest.h>

#include <map>

#include "offline/testing_ports.hpp"
#include "offline/timeline_suite.hpp"
#include "wire/json.hpp"

namespace godwit::offline {
namespace {

using suite::ann;
using suite::bob;
using suite::cas;
using suite::direct;
using suite::group;
using suite::message;
using testing::acked;
using testing::World;

const DeviceId phone("phone"), desk("desk");

TEST_CASE("offline: a device pulls what it has not acknowledged, oldest first, across conversations") {
  World world;
  auto greeting = message(1, 500, Conversation::direct(bob, cas));
  greeting.sender = "cas";
  world.put(greeting, message(1, 100), message(2, 500), message(3, 900));
  const auto all = world.pull(bob, phone);
  CHECK(all.places == std::vector<std::string>{"u:ann#1", "u:ann#2", "u:cas#1", "u:ann#3"});
  CHECK(all.complete);
  CHECK(all.next.empty());
  CHECK(world.pull(bob, phone).places == all.places);  // reading acknowledges nothing
  REQUIRE(sync_wait(world.role.acknowledge(acked(bob, phone, direct, 2))));
  CHECK(world.pull(bob, phone).places == std::vector<std::string>{"u:cas#1", "u:ann#3"});
}

TEST_CASE("offline: pages go on where the last ended, whatever their size") {
  World world;
  std::vector<std::string> whole;
  for (Seq seq = 1; seq <= 12; ++seq) {
    for (const auto* peer : {"ann", "cas", "dan"}) {
      auto one = message(seq, 100 * static_cast<Millis>(seq / 3), Conversation::direct(bob, UserKey(peer)));
      one.sender = peer;
      world.put(one);
    }
  }
  whole = world.pull(bob, phone).places;
  REQUIRE(whole.size() == 36);
  for (const std::size_t limit : {1U, 2U, 5U, 35U, 36U}) {
    std::vector<std::string> pages;
    std::string cursor;
    do {
      const auto page = world.pull(bob, phone, limit, cursor);
      CHECK(page.places.size() <= limit);
      CHECK(page.complete);
      pages.insert(pages.end(), page.places.begin(), page.places.end());
      cursor = page.next;
    } while (!cursor.empty());
    CHECK(pages == whole);
  }
  CHECK(world.call("GET", "/v1/offline", bob, phone, "cursor=garbage").error().code == Code::bad_cursor);
}

TEST_CASE("offline: the sending device gets no copy, the sender's others do") {
  World world;
  auto sent = message(1);
  sent.sender_device = desk;
  world.put(sent);
  CHECK(world.pull(ann, desk).places.empty());
  CHECK(world.pull(ann, phone).places == std::vector<std::string>{"u:bob#1"});
  CHECK(world.pull(bob, desk).places == std::vector<std::string>{"u:ann#1"});  // the same id on somebody else's device
}

TEST_CASE("offline: members read their stays, no more") {
  World world;
  auto created = message(1, 1000, group), left = message(3, 1000, group), back = message(6, 1000, group);
  created.joined = {ann, bob};
  left.left = {bob};
  back.joined = {bob};
  world.put(created, message(2, 1000, group), left, message(4, 1000, group), message(5, 1000, group), back,
            message(7, 1000, group));
  CHECK(world.pull(bob, phone).places ==
        std::vector<std::string>{"g:walkers#1", "g:walkers#2", "g:walkers#3", "g:walkers#6", "g:walkers#7"});
  CHECK(world.pull(cas, phone).places.empty());
  CHECK(sync_wait(world.role.ranges(cas, group))->empty());
  CHECK(sync_wait(world.role.acknowledge(acked(cas, phone, group, 1))));  // not hers: passed over
  CHECK(world.inbox.advanced == 0);
}

TEST_CASE("offline: what expired unacknowledged is told, until acknowledged beyond") {
  World world;
  world.clock.advance(300'000'000);
  const auto now = world.clock.now();
  world.put(message(1, now - 259'200'001), message(2, now - 259'200'001), message(3, now - 1000));
  for (int swept = 0; swept < 2; ++swept) {
    const auto pulled = world.pull(bob, phone);
    CHECK(pulled.places == std::vector<std::string>{"u:ann#3"});
    CHECK_FALSE(pulled.complete);
    while (!*sync_wait(world.role.sweep())) {
    }
  }
  REQUIRE(sync_wait(world.role.acknowledge(acked(bob, phone, direct, 2))));
  CHECK(world.pull(bob, phone).complete);
  world.clock.advance(259'200'000);  // now the newest, too: kept, but not handed out
  CHECK(world.pull(bob, phone).places.empty());
  CHECK_FALSE(world.pull(bob, phone).complete);
  REQUIRE(sync_wait(world.role.acknowledge(acked(bob, phone, direct, 9))));
  CHECK(world.pull(bob, phone).complete);
}

TEST_CASE("offline: a device that knows of another life of the inbox is told that something may be missing") {
  World world;
  world.put(message(1), message(2));
  const auto pull = [&](const std::string& query) { return world.call("GET", "/v1/offline", bob, phone, query)->body; };
  const auto epoch = *sync_wait(world.inbox.epoch());
  CHECK(pull("").ends_with(R"("epoch":")" + epoch + R"(","complete":true})"));
  CHECK(pull("epoch=" + epoch).ends_with(R"("complete":true})"));
  CHECK(pull("epoch=").ends_with(R"("complete":true})"));
  const auto first = pull("limit=1&epoch=another");
  CHECK(first.ends_with(R"("complete":false})"));
  CHECK(pull("epoch=" + epoch + "&cursor=" + testing::next_of(first)).ends_with(R"("complete":false})"));
  for (const auto* wrong : {"epoch=%ff", "epoch=a%00"})
    CHECK(world.call("GET", "/v1/offline", bob, phone, wrong).error().code == Code::bad_parameter);
}

TEST_CASE("offline: a device whose login could not write its place loses nothing to the others") {
  World world;
  world.put(message(1), message(2), message(3));
  REQUIRE(sync_wait(world.role.adopt_device(bob, phone)));
  REQUIRE(sync_wait(world.role.acknowledge(acked(bob, phone, direct, 2))));
  const std::vector<std::string> all{"u:ann#1", "u:ann#2", "u:ann#3"};
  world.inbox.writable = false;
  const auto first = world.pull(bob, desk);
  CHECK(first.places == all);
  CHECK(first.complete);
  CHECK_FALSE(*sync_wait(world.role.knows_device(bob, desk)));
  world.inbox.writable = true;
  REQUIRE(sync_wait(world.role.acknowledge(acked(bob, phone, direct, 3))));
  CHECK(world.pull(bob, desk).places == all);
  CHECK(*sync_wait(world.role.knows_device(bob, desk)));   // from its pull on
  REQUIRE(sync_wait(world.role.adopt_device(bob, desk)));  // it logs in again
  CHECK(world.pull(bob, desk).places == all);
  REQUIRE(sync_wait(world.role.acknowledge(acked(bob, desk, direct, 3))));
  CHECK(world.pull(bob, desk).places.empty());
}

TEST_CASE("offline: acknowledging by HTTP is all or nothing") {
  World world;
  world.put(message(1), message(2));
  world.users.friends = {"cas"};
  CHECK(world.call("POST", "/v1/acks", bob, phone, "", R"({"u:ann":9,"u:cas":1,"s:":0})")->status == 204);
  CHECK(world.pull(bob, phone).places.empty());
  world.put(message(3), message(4));
  const auto stranger = world.call("POST", "/v1/acks", bob, phone, "", R"({"u:ann":4,"u:dan":1})");
  REQUIRE_FALSE(stranger);
  CHECK(stranger.error().code == Code::not_found);
  CHECK(stranger.error().detail.find("u:dan") != std::string::npos);
  CHECK(world.pull(bob, phone).places.size() == 2);
  for (const auto* wrong : {R"({"u:ann":"4"})", R"({"u:ann":-1})", R"({"u:ann":1.5})", R"({"u:ann":null})"}) {
    CHECK(world.call("POST", "/v1/acks", bob, phone, "", wrong).error().code == Code::invalid_fields);
  }
  std::string many = "{";
  for (int i = 0; i <= 200; ++i) many += (i > 0 ? ",\"u:ann" : "\"u:ann") + std::to_string(i) + "\":1";
  CHECK(world.call("POST", "/v1/acks", bob, phone, "", many + "}").error().code == Code::invalid_fields);
}

TEST_CASE("offline: acknowledgements of many devices are one write, and what changes nothing is none") {
  World world;
  world.put(message(1), message(2), message(1, 1000, Conversation::direct(bob, cas)));
  std::vector<Acknowledged> many = acked(bob, phone, direct, 99);
  many.front().positions.emplace_back(Conversation::direct(bob, cas), 1);
  many.push_back({.user = ann, .device = desk, .positions = {{direct, 1}, {group, 7}}});
  REQUIRE(sync_wait(world.role.acknowledge(many)));
  CHECK(world.inbox.advanced == 1);
  CHECK(world.pull(bob, phone).places.empty());
  CHECK(world.pull(ann, desk).places == std::vector<std::string>{"u:bob#2"});
  REQUIRE(sync_wait(world.role.acknowledge(many)));
  CHECK(world.inbox.advanced == 1);
  world.bus.settles = false;  // what stands there is taken, what may be above the head cannot be judged
  CHECK_FALSE(sync_wait(world.role.acknowledge(acked(ann, desk, direct, 3))));
  CHECK(world.inbox.advanced == 2);
}

TEST_CASE("offline: the read position moves forward, is cut to the head, and is told when it moved") {
  World world;
  world.put(message(1), message(2), message(3));
  const auto put = [&](const std::string& path, const std::string& body) {
    return world.call("PUT", path, bob, phone, "", body);
  };
  CHECK(put("u:ann", R"({"seq":2})")->body == R"({"conversation":"u:ann","readSeq":2})");
  CHECK(put("u:ann", R"({"seq":1})")->body == R"({"conversation":"u:ann","readSeq":2})");
  CHECK(world.dispatch.announced == 1);
  CHECK(put("u:ann", R"({"seq":99})")->body == R"({"conversation":"u:ann","readSeq":3})");
  CHECK(world.dispatch.announced == 2);
  CHECK(put("u:dan", R"({"seq":1})").error().code == Code::not_found);
  CHECK(put("nonsense", R"({"seq":1})").error().code == Code::not_found);
  CHECK(put("u:ann", "{}").error().code == Code::invalid_fields);
  world.users.friends = {"dan"};
  CHECK(put("u:dan", R"({"seq":1})")->body == R"({"conversation":"u:dan","readSeq":0})");
}

TEST_CASE("offline: conversations, most recent first, with exact unread counts") {
  World world;
  auto own = message(3, 3000);
  own.sender = "bob";
  auto created = message(1, 2000, group), left = message(2, 2500, group);
  created.type = left.type = Type::group_changed;
  created.joined = {ann, bob};
  left.left = {bob};
  world.put(message(1, 1000), message(2, 1500), own, created, left, message(3, 9000, group));
  auto body = world.call("GET", "/v1/conversations", bob, phone)->body;
  CHECK(body.find("u:ann") < body.find("g:walkers"));
  CHECK(body.find(R"("headSeq":3,"readSeq":0,"unread":2)") != std::string::npos);
  CHECK(body.find(R"("headSeq":2,"readSeq":0,"unread":0)") != std::string::npos);  // bob left the group at 2
  CHECK(body.find(R"("peer":{"key":"ann")") != std::string::npos);
  CHECK(body.find(R"("group":{"key":"walkers")") != std::string::npos);
  world.put(message(4, 4000), message(5, 5000));
  CHECK(world.call("GET", "/v1/conversations", bob, phone)->body.find(R"("headSeq":5,"readSeq":0,"unread":4)") !=
        std::string::npos);
  CHECK(world.call("PUT", "u:ann", bob, phone, "", R"({"seq":4})"));
  CHECK(world.call("GET", "/v1/conversations", bob, phone)->body.find(R"("headSeq":5,"readSeq":4,"unread":1)") !=
        std::string::npos);

  const auto first = world.call("GET", "/v1/conversations", bob, phone, "limit=1")->body;
  const auto next = testing::next_of(first);
  REQUIRE_FALSE(next.empty());
  const auto second = world.call("GET", "/v1/conversations", bob, phone, "limit=1&cursor=" + next)->body;
  CHECK(first.find("u:ann") != std::string::npos);
  CHECK(first.find("g:walkers") == std::string::npos);
  CHECK(second.find("g:walkers") != std::string::npos);
  CHECK(testing::next_of(second).empty());
}

TEST_CASE("offline: conversations say how far a friend has read, and of nobody else") {
  World world;
  world.put(message(1), message(2));
  REQUIRE(world.call("PUT", "u:bob", ann, desk, "", R"({"seq":2})"));
  const auto shown = [&] { return world.call("GET", "/v1/conversations", bob, phone)->body; };
  CHECK(shown().find(R"("peerReadSeq":0)") != std::string::npos);  // friends no longer
  world.users.friends = {"ann"};
  CHECK(shown().find(R"("readSeq":0,"unread":2,"peerReadSeq":2)") != std::string::npos);
  world.put(message(1, 1000, group));
  CHECK(world.call("GET", "/v1/conversations", cas, phone)->body.find("peerReadSeq") == std::string::npos);
}

TEST_CASE("offline: unread beyond the kept tail is counted by the archive") {
  World world;
  world.clock.advance(300'000'000);
  const auto now = world.clock.now();
  world.put(message(1, now - 259'200'001), message(2, now - 259'200'001), message(3, now - 1000));
  while (!*sync_wait(world.role.sweep())) {
  }
  world.archive.chat_count = 2;
  CHECK(world.call("GET", "/v1/conversations", bob, phone)->body.find(R"("unread":3)") != std::string::npos);
  CHECK(world.archive.asked == std::vector<std::pair<Seq, Seq>>{{0, 2}});
}

TEST_CASE("offline: a reader that cannot see what was answered is told so") {
  World world;
  world.put(message(1));
  world.bus.settles = false;
  for (const auto* path : {"/v1/offline", "/v1/conversations"})
    CHECK(world.call("GET", path, bob, phone).error().code == Code::unavailable);
  CHECK_FALSE(sync_wait(world.role.ranges(bob, direct)));
  CHECK_FALSE(sync_wait(world.role.tail(direct, 0, 0, 10, true)));
  CHECK(sync_wait(world.role.acknowledge(acked(bob, phone, direct, 1))));  // of something that is there already
}

TEST_CASE("offline: while the bus does not settle what was answered is read from elsewhere, and from there alone") {
  World world;
  world.put(message(1));
  engine::memory::MessagesDisk disk;
  testing::Inbox late{disk};
  Log log(-1);
  Metrics metrics;
  OfflineRole role{world.inbox,
                   world.inbox,
                   world.bus,
                   world.users,
                   world.archive,
                   world.dispatch,
                   Settings{},
                   world.clock,
                   log,
                   metrics,
                   Stores{.timeline = &late, .cursors = &late}};
  REQUIRE(sync_wait(late.put(std::vector<MessagePtr>{std::make_shared<const Message>(message(1)),
                                                     std::make_shared<const Message>(message(2))})));
  const auto seen = [&] {
    const auto pulled = gateway::make_call(role.calls(), "GET", "/v1/offline",
                                           {.who = {.user = bob, .session = SessionId("s"), .device = phone}});
    const auto listed = gateway::make_call(role.calls(), "GET", "/v1/conversations",
                                           {.who = {.user = bob, .session = SessionId("s"), .device = phone}});
    REQUIRE(pulled);
    REQUIRE(listed);
    CHECK(pulled->body.contains(R"("msg":"text 2")") == listed->body.contains(R"("unread":2)"));
    CHECK(sync_wait(role.tail(direct, 0, 0, 10, true))->size() == (pulled->body.contains("text 2") ? 2 : 1));
    return pulled->body.contains("text 2");
  };
  CHECK_FALSE(seen());
  world.bus.settles = false;
  CHECK(seen());
  CHECK(metrics.counted("godwit_inbox_read_late_total") > 0);
  CHECK(sync_wait(role.ranges(bob, direct)));
  world.bus.settles = true;
  CHECK_FALSE(seen());
}

}  // namespace
}  // namespace godwit::offline

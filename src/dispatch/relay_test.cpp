#include "dispatch/relay.hpp"

#include <algorithm>

#include "dispatch/testing_dispatchers.hpp"

namespace godwit::dispatch::testing {
namespace {

constexpr milliseconds kSettled{2500};

/// How often a topic holds each text.
std::map<std::string, int> texts(Broker& broker, Topic topic) {
  std::map<std::string, int> out;
  for (const auto& page : pages(broker, topic))
    for (const auto& message : page.messages) ++out[message->text];
  return out;
}

std::vector<Pending> send_all(Node& node, const std::string& group, int from, int to) {
  std::vector<Pending> sends;
  for (int i = from; i < to; ++i) sends.push_back(send(node, draft(group, std::to_string(i), std::to_string(i))));
  return sends;
}

ShardState state_of(House& house, const std::string& group) {
  const auto known = *sync_wait(house.store.look_up({.sent = {}, .heads = {}, .shards = true}));
  return known.shards[shard_of(Conversation::of_group(GroupKey(group)))];
}

TEST_CASE("relay: both topics get every row once, in pages without a hole") {
  House house;
  auto& node = house.start("a", {}, {.body_records = 64});
  house.run_for(kSettled);
  const auto sends = send_all(node, "one", 0, 150);
  house.run_for(milliseconds(200));
  CHECK(must(sends.back()).seq == 150);
  for (const auto topic : {Topic::store, Topic::offline}) {
    Position next = 1;
    std::map<Position, wire::LogPage> in_order;
    for (auto& page : pages(house.broker, topic)) in_order.emplace(page.first, page);
    for (const auto& [first, page] : in_order) {
      CHECK(page.shard == state_of(house, "one").shard);
      CHECK(first == next);
      CHECK(page.messages.size() <= 64);
      for (std::size_t i = 0; i < page.messages.size(); ++i) CHECK(page.messages[i]->seq == first + i);
      next += page.messages.size();
    }
    CHECK(next == 151);
  }
  CHECK(state_of(house, "one").relayed == 150);
  CHECK(node.relay.backlog() == 0);
}

TEST_CASE("relay: a page is no larger than it may be, but for one row that is larger by itself") {
  House house;
  auto& node = house.start("a", {}, {.body_bytes = 3000});
  house.run_for(kSettled);
  for (const auto size : {1000, 1000, 1000, 9000, 10})
    send(node, draft("one", "s" + std::to_string(house.clock.now()) + std::to_string(size) + std::to_string(rand()),
                     std::string(static_cast<std::size_t>(size), 'x')));
  house.run_for(milliseconds(200));
  std::vector<std::size_t> sizes;
  for (const auto& page : pages(house.broker, Topic::store)) sizes.push_back(page.messages.size());
  CHECK(sizes == std::vector<std::size_t>{2, 1, 1, 1});
}

TEST_CASE("relay: what is committed together goes in few bodies, however many shards it is of") {
  House house;
  auto& node = house.start("a", {}, {.body_records = 32});
  house.run_for(kSettled);
  constexpr int kGroups = 100;
  for (int i = 0; i < kGroups; ++i)
    send(node, draft("group" + std::to_string(i), std::to_string(i), std::to_string(i)));
  house.run_for(milliseconds(200));
  CHECK(texts(house.broker, Topic::offline).size() == kGroups);
  const auto in_bodies = bodies(house.broker, Topic::store);
  std::size_t rows = 0;
  for (const auto& body : in_bodies) {
    std::size_t of_body = 0;
    for (const auto& page : body) of_body += page.messages.size();
    CHECK(of_body <= 32);
    rows += of_body;
  }
  CHECK(rows == kGroups);
  CHECK(in_bodies.size() <= 5);
  CHECK(node.relay.backlog() == 0);
}

TEST_CASE("relay: rows that the store cannot give now hold up their own shard alone") {
  House house;
  auto& node = house.start("a", {}, {.rows_kept = 1});
  house.run_for(kSettled);
  house.post.away = true;
  send_all(node, "one", 0, 3);  // the first is kept in memory, the others are not
  house.run_for(milliseconds(300));
  house.post.away = false;
  node.wire.rows_away = true;
  house.run_for(milliseconds(3000));
  CHECK(texts(house.broker, Topic::store).size() == 1);
  send(node, draft("two", "t", "t"));
  house.run_for(milliseconds(500));
  CHECK(texts(house.broker, Topic::store).contains("t"));
  node.wire.rows_away = false;
  house.run_for(milliseconds(3000));
  CHECK(texts(house.broker, Topic::store).size() == 2);  // the two that were not in memory
  CHECK(node.relay.backlog() == 0);
}

TEST_CASE("relay: the position moves only after both topics said that they have the page") {
  House house;
  auto& node = house.start("a");
  house.run_for(kSettled);
  house.post.offline_away = true;
  const auto sends = send_all(node, "one", 0, 10);
  house.run_for(milliseconds(500));
  CHECK(must(sends.back()).seq == 10);  // sends and pushes go on
  CHECK(node.told.size() == 10);
  CHECK(state_of(house, "one").relayed == 0);
  CHECK(texts(house.broker, Topic::offline).empty());
  house.post.offline_away = false;
  house.run_for(milliseconds(2500));
  CHECK(texts(house.broker, Topic::offline).size() == 10);
  CHECK(state_of(house, "one").relayed == 10);
}

TEST_CASE("relay: a broker that is away costs sends only at the backlog's bound, and memory no more than it may") {
  House house;
  auto& node = house.start("a", {}, {.rows_kept = 20, .backlog = 100});
  house.run_for(kSettled);
  house.post.away = true;
  const auto taken = send_all(node, "one", 0, 100);
  house.run_for(milliseconds(100));
  CHECK(must(taken.back()).seq == 100);
  const auto over = send(node, draft("two", "over"));
  house.run_for(milliseconds(50));
  CHECK(refused(over) == Code::unavailable);
  house.post.away = false;
  house.run_for(milliseconds(3000));
  CHECK(node.relay.backlog() == 0);
  const auto found = texts(house.broker, Topic::store);
  CHECK(found.size() == 100);  // most of them read from the store again
  const auto after = send_all(node, "one", 100, 110);
  house.run_for(milliseconds(200));
  CHECK(must(after.back()).seq == 110);
  CHECK(state_of(house, "one").relayed == 110);
}

TEST_CASE("relay: a new owner pushes and relays again from where the old one is known to have come") {
  House house;
  auto &a = house.start("a"), &b = house.start("b");
  house.run_for(kSettled);
  const auto group = group_of(a, house);
  send_all(a, group, 0, 5);
  house.run_for(milliseconds(300));
  CHECK(state_of(house, group).relayed == 5);
  house.post.away = true;
  const auto sends = send_all(a, group, 5, 12);
  house.run_for(milliseconds(100));
  CHECK(must(sends.back()).seq == 12);
  a.asleep = true;
  b.taken.clear();
  house.run_for(milliseconds(8000));
  const std::pair<Shard, std::size_t> before_the_first{state_of(house, group).shard, 0};
  CHECK(std::ranges::find(b.taken, before_the_first) != b.taken.end());
  REQUIRE(b.told.size() == 7);
  CHECK(b.told.front()->seq == 6);
  CHECK(b.told.back()->seq == 12);
  house.post.away = false;
  house.run_for(milliseconds(3000));
  CHECK(texts(house.broker, Topic::store).size() == 12);
  CHECK(state_of(house, group).relayed == 12);
  // The old one wakes and carries on with what it has in hand: it may repeat, and moves nothing back.
  const auto more = send_all(b, group, 12, 15);
  house.run_for(milliseconds(300));
  a.asleep = false;
  house.run_for(milliseconds(3000));
  CHECK(must(more.back()).seq == 15);
  CHECK(state_of(house, group).relayed == 15);
  CHECK(a.relay.backlog() == 0);
}

}  // namespace
}  // namespace godwit::dispatch::testing

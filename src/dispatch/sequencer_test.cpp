#include "dispatch/sequencer.hpp"

#include <array>
#include <set>

#include "dispatch/testing_dispatchers.hpp"

namespace godwit::dispatch::testing {
namespace {

constexpr milliseconds kSettled{2500};  // two dispatchers have divided the shards by then

TEST_CASE("sequencer: numbers each conversation densely, and tells before it answers") {
  House house;
  auto& node = house.start("a");
  house.run_for(kSettled);
  CHECK(node.sequencer.owned() == kShards);
  for (Seq seq = 1; seq <= 3; ++seq) {
    const auto first = send(node, draft("one", std::to_string(seq)));
    const auto other = send(node, draft("other", "o" + std::to_string(seq)));
    house.step();
    CHECK(must(first).seq == seq);
    CHECK(must(other).seq == seq);
    CHECK(node.told.size() == 2 * seq);
  }
  const auto again = send(node, draft("one", "2"));
  const auto changed = send(node, draft("one", "3", "another text"));
  house.step();
  CHECK(must(again).repeated);
  CHECK(must(again).seq == 2);
  CHECK(refused(changed) == Code::client_id_reused);
  CHECK(node.told.size() == 6);
}

TEST_CASE("sequencer: of several drafts with one once in one transaction one is stored") {
  House house;
  auto& node = house.start("a");
  house.run_for(kSettled);
  const auto first = send(node, draft("one", "x"));
  const auto twin = send(node, draft("one", "x"));
  const auto other = send(node, draft("one", "x", "another text"));
  house.step();
  CHECK_FALSE(must(first).repeated);
  CHECK(must(twin).repeated);
  CHECK(must(twin).seq == 1);
  CHECK(refused(other) == Code::client_id_reused);
  CHECK(node.told.size() == 1);
}

TEST_CASE("sequencer: nothing is looked up where all is known; a repeat is met, and looked for first for a while") {
  House house;
  auto& node = house.start("a");
  house.run_for(kSettled);
  const auto first = send(node, draft("one", "1"));
  house.step();
  CHECK(must(first).seq == 1);
  const auto looked = node.wire.look_ups;
  const auto second = send(node, draft("one", "2"));
  house.step();
  CHECK(must(second).seq == 2);
  CHECK(node.wire.look_ups == looked);

  const auto repeat = send(node, draft("one", "2")), changed = send(node, draft("one", "1", "another text"));
  const auto third = send(node, draft("one", "3"));
  house.step();
  CHECK(must(repeat).repeated);
  CHECK(must(repeat).seq == 2);
  CHECK(refused(changed) == Code::client_id_reused);
  CHECK_FALSE(must(third).repeated);
  CHECK(must(third).seq == 3);
  CHECK(node.wire.look_ups == looked + 1);

  const auto committed = node.wire.commits;
  for (int i = 0; i < 31; ++i) {
    const auto again = send(node, draft("one", "2"));
    house.step();
    CHECK(must(again).repeated);
  }
  CHECK(node.wire.commits == committed);  // they were looked for
  CHECK(node.wire.look_ups == looked + 32);
  const auto fourth = send(node, draft("one", "4"));
  house.step();
  CHECK(must(fourth).seq == 4);
  CHECK(node.wire.look_ups == looked + 32);
}

TEST_CASE("sequencer: two dispatchers divide the shards, and either takes a draft of any") {
  House house;
  auto &a = house.start("a"), &b = house.start("b");
  house.run_for(kSettled);
  CHECK(a.sequencer.owned() + b.sequencer.owned() == kShards);
  CHECK(a.sequencer.owned() > kShards / 4);
  CHECK(b.sequencer.owned() > kShards / 4);
  const auto of_b = group_of(b, house);
  const auto direct = send(b, draft(of_b, "1"));
  house.step();
  const auto forwarded = send(a, draft(of_b, "2"));
  house.step();
  CHECK(must(direct).seq == 1);
  CHECK(must(forwarded).seq == 2);
  CHECK(b.told.size() == 2);
  CHECK(a.told.empty());
}

TEST_CASE("sequencer: one that comes or goes takes over with no send lost and none refused") {
  House house;
  auto& a = house.start("a");
  house.run_for(kSettled);
  auto& b = house.start("b");
  std::vector<Pending> sends;
  for (int i = 0; i < 300; ++i) {  // three seconds, over the hand-over of half the shards
    sends.push_back(send(i % 2 == 0 ? a : b, draft("group" + std::to_string(i % 20), std::to_string(i))));
    house.run_for(milliseconds(10));
  }
  CHECK(b.sequencer.owned() > kShards / 4);
  spawn(a.sequencer.stop());
  for (int i = 300; i < 600; ++i) {
    sends.push_back(send(b, draft("group" + std::to_string(i % 20), std::to_string(i))));
    house.run_for(milliseconds(10));
  }
  house.run_for(milliseconds(100));
  CHECK(b.sequencer.owned() == kShards);
  std::array<std::set<Seq>, 20> numbers;
  for (std::size_t i = 0; i < sends.size(); ++i) numbers[i % 20].insert(must(sends[i]).seq);
  for (const auto& of_group : numbers) {
    CHECK(of_group.size() == 30);  // none twice
    CHECK(*of_group.rbegin() == 30);
  }
}

TEST_CASE("sequencer: one that sleeps loses its shards within 8 s, and commits nothing when it wakes") {
  House house;
  auto &a = house.start("a"), &b = house.start("b");
  house.run_for(kSettled);
  const auto group = group_of(a, house);
  const auto before = send(a, draft(group, "1"));
  house.step();
  CHECK(must(before).seq == 1);
  a.asleep = true;
  const auto stuck = send(a, draft(group, "2"));
  house.run_for(milliseconds(8000));
  CHECK(b.sequencer.owned() == kShards);
  const auto repeat = send(b, draft(group, "1"));
  const auto next = send(b, draft(group, "3"));
  house.step();
  CHECK(must(repeat).repeated);  // what was sent is known to the new owner
  CHECK(must(next).seq == 2);
  // It wakes in the middle of what it believed, before any timer of its own: the draft it has goes into a transaction.
  a.asleep = false;
  house.step();
  CHECK(must(stuck).seq == 3);
  CHECK(a.told.size() == 1);  // the new owner numbered it
  CHECK(must(stuck).repeated == false);
  const auto tail = log_of(house, group);
  REQUIRE(tail.size() == 3);
}

TEST_CASE("sequencer: a shard that is taken over in the middle of a transaction refuses it whole") {
  House house;
  auto& a = house.start("a");
  house.run_for(kSettled);
  const auto shard = shard_of(Conversation::of_group(GroupKey("taken")));
  const auto first = send(a, draft("taken", "0"));
  house.step();
  a.wire.before_commit = [&] {
    // As after a lease that ran out: given back in its name, and another's at once.
    (void)sync_wait(house.store.attend(
        {.member = a.sequencer.self(), .lease = milliseconds(6000), .take = {}, .release = {shard}}));
    (void)sync_wait(house.store.attend(
        {.member = {.name = "z", .address = ""}, .lease = milliseconds(1000), .take = {shard}, .release = {}}));
  };
  const auto lost = send(a, draft("taken", "1"));
  const auto beside = send(a, draft("beside", "2"));
  house.run_for(milliseconds(50));
  CHECK(must(beside).seq == 1);    // its shard is still ours: numbered in the next transaction
  CHECK_FALSE(lost->has_value());  // z is named, and cannot be reached
  CHECK(log_of(house, "taken").size() == 1);
  CHECK(a.told.size() == 2);
  house.run_for(milliseconds(2000));  // z's lease is over
  CHECK(must(lost).seq == 2);
}

TEST_CASE("sequencer: a commit that was not answered is read back") {
  House house;
  auto& a = house.start("a");
  house.run_for(kSettled);
  SUBCASE("it was done: the sends are answered with it, and told once") {
    a.wire.lose_commit = true;
    const auto one = send(a, draft("one", "1"));
    const auto other = send(a, draft("other", "2"));
    house.run_for(milliseconds(50));
    CHECK(must(one).seq == 1);
    CHECK_FALSE(must(one).repeated);
    CHECK(must(other).seq == 1);
    CHECK(a.told.size() == 2);
    CHECK(log_of(house, "one").size() == 1);
  }
  SUBCASE("it was not done, and is refused if it comes late") {
    a.wire.keep_commit = true;
    const auto one = send(a, draft("one", "1"));
    house.run_for(milliseconds(50));
    CHECK(must(one).seq == 1);
    CHECK(*sync_wait(a.wire.deliver()) == Outcome::fenced);
    const auto two = send(a, draft("one", "2"));
    house.run_for(milliseconds(50));
    CHECK(must(two).seq == 2);
    CHECK(a.told.size() == 2);
  }
  SUBCASE("it was not done, and comes in the moment before it is tried again: refused") {
    std::optional<Outcome> late;
    a.wire.before_commit = [&] {
      a.wire.keep_commit = true;
      a.wire.before_commit = [&] { late = *sync_wait(a.wire.deliver()); };
    };
    const auto one = send(a, draft("one", "1"));
    house.run_for(milliseconds(50));
    CHECK(late == Outcome::fenced);
    CHECK(must(one).seq == 1);
    CHECK(a.told.size() == 1);
  }
  SUBCASE("while the store is away the sends wait, and are then unavailable; nothing is forgotten") {
    a.wire.cut_commit = true;
    const auto one = send(a, draft("one", "1"));
    house.run_for(milliseconds(1500));
    CHECK_FALSE(one->has_value());
    house.run_for(milliseconds(1000));
    CHECK(refused(one) == Code::unavailable);
    a.wire.cut = false;
    house.run_for(milliseconds(1500));
    CHECK(a.told.size() == 1);
    const auto again = send(a, draft("one", "1"));
    const auto next = send(a, draft("one", "2"));
    house.step();
    CHECK(must(again).repeated);
    CHECK(must(next).seq == 2);
  }
  SUBCASE("another took the shards meanwhile: what was sent is looked for") {
    auto& b = house.start("b");
    a.wire.cut_commit = true;
    const auto one = send(a, draft("one", "1"));
    house.step();
    house.run_for(milliseconds(7500));
    CHECK(b.sequencer.owned() == kShards);
    CHECK(refused(one) == Code::unavailable);
    CHECK(b.told.size() == 1);  // by the new owner, as nobody relayed it
    a.wire.cut = false;
    house.run_for(milliseconds(50));
    const auto next = send(b, draft("one", "2"));
    house.run_for(milliseconds(50));
    CHECK(must(next).seq == 2);
  }
}

TEST_CASE("sequencer: a once that another owner has just used for another conversation is found") {
  House house;
  auto &a = house.start("a"), &b = house.start("b");
  house.run_for(kSettled);
  const auto of_a = group_of(a, house), of_b = group_of(b, house);
  Pending theirs;
  a.wire.before_commit = [&] {
    theirs = send(b, draft(of_b, "same"));
    b.executor.run();
    b.executor.run();
  };
  const auto ours = send(a, draft(of_a, "same"));
  house.step();
  CHECK(must(theirs).seq == 1);
  CHECK(refused(ours) == Code::client_id_reused);
  const auto next = send(a, draft(of_a, "other"));
  house.step();
  CHECK(must(next).seq == 1);  // the number was not lost
}

TEST_CASE("sequencer: a send of a shard that nobody owns waits 2 s, then it is unavailable") {
  House house;
  auto& a = house.start("a");
  a.wire.cut = true;
  house.run_for(milliseconds(100));
  const auto waits = send(a, draft("one", "1"));
  house.run_for(milliseconds(1900));
  CHECK_FALSE(waits->has_value());
  const auto served = send(a, draft("one", "2"));
  house.run_for(milliseconds(600));
  CHECK(refused(waits) == Code::unavailable);
  a.wire.cut = false;
  house.run_for(milliseconds(1200));
  CHECK(must(served).seq == 1);
}

TEST_CASE("sequencer: what waits is bounded") {
  House house;
  auto& a = house.start("a", {.waiting = 3});
  a.wire.cut = true;
  house.run_for(milliseconds(100));
  std::vector<Pending> sends;
  for (int i = 0; i < 5; ++i) sends.push_back(send(a, draft("one", std::to_string(i))));
  house.step();
  for (std::size_t i = 0; i < 5; ++i) CHECK(sends[i]->has_value() == (i >= 3));
  CHECK(refused(sends[4]) == Code::unavailable);
  a.wire.cut = false;
  house.run_for(milliseconds(1500));
  CHECK(must(sends[2]).seq == 3);
}

TEST_CASE("sequencer: time does not fall from one owner to the next") {
  House house;
  auto &a = house.start("a"), &b = house.start("b");
  house.run_for(kSettled);
  const auto group = group_of(a, house);
  const auto first = send(a, draft(group, "1"));
  house.step();
  spawn(a.sequencer.stop());
  house.run_for(milliseconds(1500));
  house.clock.advance(-60'000);
  const auto second = send(b, draft(group, "2"));
  house.step();
  CHECK(must(second).time == must(first).time);
}

TEST_CASE("sequencer: committed() covers everything that was answered, whoever is asked") {
  House house;
  auto &a = house.start("a"), &b = house.start("b");
  house.run_for(kSettled);
  const auto group = group_of(a, house);
  const auto first = send(a, draft(group, "1"));
  house.step();
  CHECK(must(first).seq == 1);
  std::optional<Result<std::vector<Position>>> positions;
  spawn([](Sequencer& asked, auto& to) -> Task<void> { to = co_await asked.committed(); }(b.sequencer, positions));
  house.step();
  REQUIRE(positions);
  REQUIRE(positions->has_value());
  CHECK((**positions)[shard_of(Conversation::of_group(GroupKey(group)))] == 1);
}

}  // namespace
}  // namespace godwit::dispatch::testing

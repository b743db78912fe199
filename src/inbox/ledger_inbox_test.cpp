#include "inbox/ledger_inbox.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "inbox/testing_ledger.hpp"

namespace godwit::inbox {
namespace {

using namespace offline::suite;
using offline::Row;
using testing::Ledger;

const DeviceId phone("phone"), desk("desk");

Message change(Seq seq, Millis time, std::vector<UserKey> joined, std::vector<UserKey> left) {
  auto message = offline::suite::message(seq, time, group);
  message.type = Type::group_changed;
  message.joined = std::move(joined);
  message.left = std::move(left);
  return message;
}

/// A group in which bob is from 1 to 4 and from 6 on, and two people who write.
void fill(Ledger& ledger) {
  ledger.send(change(1, 1000, {ann, bob}, {}));
  for (Seq seq = 2; seq <= 3; ++seq) ledger.send(message(seq, 1000 * static_cast<Millis>(seq), group));
  ledger.send(change(4, 4000, {}, {bob}));
  ledger.send(message(5, 5000, group));
  ledger.send(change(6, 6000, {bob, cas}, {}));
  for (Seq seq = 1; seq <= 4; ++seq) ledger.send(message(seq, 1000 * static_cast<Millis>(seq)));
  ledger.send(recall_of(2, 5, 5000));
}

std::string text_of(const Row& row) {
  std::string text =
      row.conversation.name() + " to " + std::to_string(row.head.seq) + " left " + std::to_string(row.left_at);
  for (const auto& span : row.ranges.spans()) text += " " + std::to_string(span.from) + "-" + std::to_string(span.to);
  return text + " read " + std::to_string(row.read) + " cursor " + std::to_string(row.cursor);
}
std::vector<std::string> texts(const offline::UserRows& own) {
  std::vector<std::string> all{own.known ? "known" : "not known"};
  for (const auto& row : own.rows) all.push_back(text_of(row));
  return all;
}
std::vector<std::string> texts(const offline::Slice& slice) {
  std::vector<std::string> all{slice.more ? "more" : "all", slice.older ? "older" : "none older"};
  for (const auto& item : slice.items)
    all.push_back(std::to_string(item->seq) + (item->recalled ? " recalled " : " ") + item->text);
  return all;
}

TEST_CASE("ledger inbox: says what the inbox says that the bus filled") {
  Ledger ledger;
  fill(ledger);
  for (const auto& user : {ann, bob, cas}) {
    for (const auto& conversation : {group, direct}) {
      REQUIRE(sync_wait(ledger.positions.move({{user, phone, conversation, 2}, {user, {}, conversation, 1}})));
      std::vector<offline::Acknowledged> one;
      one.push_back({.user = user, .device = phone, .positions = {{conversation, 2}}});
      REQUIRE(sync_wait(ledger.inbox.advance(std::move(one))));
      REQUIRE(sync_wait(ledger.inbox.set_read(user, conversation, 1)));
      const auto from_ledger = must(sync_wait(ledger.read.row(user, conversation)));
      const auto from_bus = must(sync_wait(ledger.inbox.row(user, conversation)));
      REQUIRE(from_ledger.has_value() == from_bus.has_value());
      if (from_bus) CHECK(text_of(*from_ledger) == text_of(*from_bus));
    }
    for (const auto& device : {phone, desk, DeviceId()})
      CHECK(texts(must(sync_wait(ledger.read.rows(user, device)))) ==
            texts(must(sync_wait(ledger.inbox.rows(user, device)))));
  }
  CHECK(must(sync_wait(ledger.read.read_positions({{bob, group}, {ann, direct}, {cas, direct}}))) == Seqs{1, 1, 1});
  for (const auto& conversation : {group, direct, Conversation::notices_of(ann)}) {
    CHECK(must(sync_wait(ledger.read.head(conversation))).seq == must(sync_wait(ledger.inbox.head(conversation))).seq);
    CHECK(must(sync_wait(ledger.read.readers(conversation))).users ==
          must(sync_wait(ledger.inbox.readers(conversation))).users);
    for (const Seq after : {0, 1, 3})
      for (const Seq before : {0, 4, 6})
        for (const std::size_t limit : {1, 2, 10})
          for (const Millis since : {0, 2500})
            for (const bool newest : {false, true}) {
              const offline::Span span{.conversation = conversation,
                                       .after = after,
                                       .before = before,
                                       .since = since,
                                       .limit = limit,
                                       .newest = newest};
              CHECK(texts(must(sync_wait(ledger.read.read({span}))).front()) ==
                    texts(must(sync_wait(ledger.inbox.read({span}))).front()));
            }
  }
  CHECK(must(sync_wait(ledger.read.epoch())) == "life");
}

TEST_CASE("ledger inbox: a recalled text is nowhere, however far behind it the recall is") {
  Ledger ledger;
  for (Seq seq = 1; seq <= 2500; ++seq) ledger.send(message(seq));
  ledger.send(recall_of(1, 2501));
  const auto slices = must(sync_wait(ledger.read.read({{.conversation = direct, .limit = 2}})));
  CHECK(texts(slices.front()) == std::vector<std::string>{"more", "none older", "1 recalled ", "2 text 2"});
}

TEST_CASE("ledger inbox: nothing is written to it") {
  Ledger ledger;
  CHECK(sync_wait(ledger.read.put({})).error().code == Code::unavailable);
  CHECK(sync_wait(ledger.read.adopt_device(ann, phone)).error().code == Code::unavailable);
  CHECK(sync_wait(ledger.read.set_read(ann, direct, 1)).error().code == Code::unavailable);
  CHECK(sync_wait(ledger.read.advance({})).error().code == Code::unavailable);
  CHECK(sync_wait(ledger.read.standings({})).error().code == Code::unavailable);
}

/// Of which something happens as they are read, once.
class WhileRead final : public offline::Positions {
 public:
  explicit WhileRead(offline::Positions& positions) : positions_(positions) {}
  Task<Result<offline::UserPositions>> load(const UserKey& user) override {
    if (happens) std::exchange(happens, nullptr)();
    return positions_.load(user);
  }
  Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) override {
    return positions_.knows_device(user, device);
  }
  Task<Result<void>> move(std::vector<Move> moves) override { return positions_.move(std::move(moves)); }
  Task<Result<void>> adopt_device(const UserKey& user, const DeviceId& device) override {
    return positions_.adopt_device(user, device);
  }
  Task<Result<std::string>> epoch(std::string proposed) override { return positions_.epoch(std::move(proposed)); }

  std::function<void()> happens;

 private:
  offline::Positions& positions_;
};

TEST_CASE("ledger inbox: who leaves while their rows are read reads nothing of what follows") {
  Ledger ledger;
  fill(ledger);
  WhileRead positions(ledger.positions);
  LedgerRefill refill(ledger.store, positions, ledger.clock, testing::kKeep);
  LedgerInbox read(ledger.store, positions, refill, "life");
  positions.happens = [&] {
    ledger.send(change(7, 7000, {}, {bob}));
    ledger.send(message(8, 8000, group));
  };
  const auto last = [](const Row& row) { return row.ranges.last_readable(row.head.seq); };
  SUBCASE("one row") { CHECK(last(*must(sync_wait(read.row(bob, group)))) == 7); }
  SUBCASE("all of them") { CHECK(last(must(sync_wait(read.rows(bob, phone))).rows.at(0)) == 7); }
  CHECK_FALSE(positions.happens);
}

TEST_CASE("ledger refill: what was trimmed has left its head, a floor, and who may read") {
  Ledger ledger;
  fill(ledger);
  SUBCASE("some of it was") {
    ledger.trim(4500);
    const auto of = must(sync_wait(ledger.refill.of_conversations({direct, group, Conversation::notices_of(ann)})));
    REQUIRE(of.size() == 3);
    CHECK(of[0].floor == 4);
    CHECK(of[0].head.seq == 5);
    CHECK(of[1].floor == 4);
    CHECK(of[1].stays.size() == 3);  // ann's, bob's first stay; what came with 6 comes with its message
    CHECK(of[2].head.seq == 0);
    CHECK(of[2].floor == 0);
    CHECK(must(sync_wait(ledger.refill.entries(group, of[1].floor, 10))).size() == 2);
  }
  SUBCASE("all of it was") {
    ledger.trim(7000);
    const auto of = must(sync_wait(ledger.refill.of_conversations({group})));
    CHECK(of[0].floor == 6);
    CHECK(of[0].head.time == 6000);
    CHECK(of[0].stays.size() == 5);
  }
  SUBCASE("it expired, and is not trimmed yet") {
    ledger.clock.advance(6500 + testing::kKeep);
    CHECK(must(sync_wait(ledger.refill.of_conversations({direct})))[0].floor == 5);
  }
  const auto own = must(sync_wait(ledger.refill.of_user(bob)));
  CHECK(own.stays.size() == 4);  // three of the group's, one of the direct conversation's
}

TEST_CASE("ledger refill: what a store knows alone is kept with the rest") {
  Ledger ledger;
  const auto other = Conversation::of_group(GroupKey("other"));
  offline::RefillStore::OfUser found;
  found.stays = {{group, StayEvent::join(3)}, {other, StayEvent::join(1)}, {other, StayEvent::leave(4, 9)}};
  found.positions.read = {{group, 5}};
  found.positions.devices = {{.id = desk, .cursors = {}}, {.id = phone, .cursors = {{group, 4}}}};
  REQUIRE(sync_wait(ledger.refill.keep(ann, found)));
  REQUIRE(sync_wait(ledger.refill.keep(group, {{bob, StayEvent::join(2)}})));
  const auto kept = must(sync_wait(ledger.refill.of_user(ann)));
  CHECK(kept.stays.size() == 3);
  CHECK(kept.positions.read.size() == 1);
  REQUIRE(kept.positions.devices.size() == 2);
  CHECK(kept.positions.devices[0].id == desk);
  CHECK(std::ranges::all_of(kept.positions.devices[0].cursors, [](const auto& one) { return one.second == 0; }));
  CHECK(must(sync_wait(ledger.refill.of_user(bob))).stays.size() == 1);
}

}  // namespace
}  // namespace godwit::inbox

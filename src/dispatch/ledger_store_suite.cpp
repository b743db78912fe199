#include "dispatch/ledger_store_suite.hpp"

namespace godwit::dispatch::suite {
namespace {

void store_knows_who_is_there(const MakeStoreBed& make) {
  auto bed = make();
  const auto alone = attend(*bed, "a");
  CHECK(alone.members == std::vector<Dispatcher>{{"a", "a:1"}});
  REQUIRE(alone.shards.size() == kShards);
  for (Shard shard = 0; shard < kShards; ++shard) {
    CHECK(alone.shards[shard].shard == shard);
    CHECK(alone.shards[shard].owner.empty());
    CHECK(alone.shards[shard].position == 0);
  }
  CHECK_FALSE(alone.store.empty());
  CHECK(attend(*bed, "b").members == std::vector<Dispatcher>{{"a", "a:1"}, {"b", "b:1"}});
  bed->wait(kLease / 2);
  attend(*bed, "b");
  bed->wait(kLease / 2 + kLease / 4);
  CHECK(attend(*bed, "c").members == std::vector<Dispatcher>{{"b", "b:1"}, {"c", "c:1"}});
  CHECK(attend(*bed, "b", {}, {}, std::chrono::milliseconds(0)).members == std::vector<Dispatcher>{{"c", "c:1"}});
}

void store_gives_a_shard_to_one(const MakeStoreBed& make) {
  auto bed = make();
  auto mine = attend(*bed, "a", {3, 4});
  CHECK(mine.shards[3].owner == "a");
  CHECK(mine.shards[3].epoch == 1);
  CHECK(mine.shards[5].epoch == 0);
  const auto refused = attend(*bed, "b", {3, 5});
  CHECK(refused.shards[3].owner == "a");
  CHECK(refused.shards[3].epoch == 1);
  CHECK(refused.shards[5].owner == "b");
  CHECK(attend(*bed, "a", {3}).shards[3].epoch == 2);  // its own, anew
  attend(*bed, "a", {}, {3, 5});
  const auto given = attend(*bed, "b", {3});
  CHECK(given.shards[3].owner == "b");
  CHECK(given.shards[3].epoch == 3);
  CHECK(given.shards[5].owner == "b");  // nobody releases another's
  bed->wait(kLease + kLease / 4);
  const auto inherited = attend(*bed, "c", {3, 4});
  CHECK(inherited.shards[3].owner == "c");
  CHECK(inherited.shards[4].owner == "c");
  CHECK(inherited.shards[4].epoch == 2);
  const auto late = attend(*bed, "a", {4});
  CHECK(late.shards[4].owner == "c");
}

void store_keeps_what_was_committed(const MakeStoreBed& make) {
  auto bed = make();
  attend(*bed, "a", {kShard});
  CHECK(commit(*bed, batch(1, 0, {row(1, "flock", 1), row(2, "flock", 2, 1'800'000'000'500)})) == Outcome::committed);
  CHECK(commit(*bed, batch(1, 2, {row(3, "flock", 3)})) == Outcome::committed);
  const auto known = good(sync_wait(bed->store().look_up(
      {.sent = {"flock/2", "flock/9"},
       .heads = {Conversation::of_group(GroupKey("flock")), Conversation::of_group(GroupKey("other"))},
       .shards = true})));
  REQUIRE(known.sent.size() == 1);
  CHECK(known.sent[0].once == "flock/2");
  CHECK(known.sent[0].fingerprint == "as sent");
  CHECK(known.sent[0].seq == 2);
  CHECK(known.sent[0].time == 1'800'000'000'500);
  REQUIRE(known.heads.size() == 1);
  CHECK(known.heads[0].second.seq == 3);
  REQUIRE(known.shards.size() == kShards);
  CHECK(known.shards[kShard].position == 3);
  CHECK(known.shards[kShard].epoch == 1);
  const auto rows = good(sync_wait(bed->store().rows(kShard, 1, 10)));
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].position == 2);
  CHECK(rows[0].message->text == "text 2");
  CHECK(rows[0].message->id == known.sent[0].id);
  CHECK(good(sync_wait(bed->store().rows(kShard, 0, 2))).size() == 2);
  const auto tail = [&](Seq after, Seq before, std::size_t limit, bool newest) {
    std::vector<Seq> found;
    const auto flock = Conversation::of_group(GroupKey("flock"));
    for (const auto& message : good(sync_wait(bed->store().tail(
             {.conversation = flock, .after = after, .before = before, .limit = limit, .newest = newest}))))
      found.push_back(message->seq);
    return found;
  };
  using Seqs = std::vector<Seq>;
  CHECK(tail(0, 0, 10, false) == Seqs{1, 2, 3});
  CHECK(tail(2, 0, 10, false) == Seqs{3});
  CHECK(tail(0, 3, 10, true) == Seqs{1, 2});
  CHECK(tail(0, 0, 2, false) == Seqs{1, 2});
  CHECK(tail(0, 0, 2, true) == Seqs{2, 3});
  CHECK(tail(3, 0, 2, true).empty());
  CHECK(tail(2, 3, 2, true).empty());
  CHECK(tail(2, 2, 2, false).empty());
}

/// Nothing of a refused batch is there.
void check_untouched(StoreBed& bed, Position position) {
  const auto known = good(sync_wait(bed.store().look_up({.sent = {"flock/7"}, .heads = {}, .shards = true})));
  CHECK(known.sent.empty());
  CHECK(known.shards[kShard].position == position);
  CHECK(good(sync_wait(bed.store().rows(kShard, 0, 10))).size() == position);
}

void store_fences(const MakeStoreBed& make) {
  auto bed = make();
  attend(*bed, "a", {kShard});
  CHECK(commit(*bed, batch(1, 0, {row(1, "flock", 1)})) == Outcome::committed);
  SUBCASE("a new owner's epoch refuses the old one's batch") {
    attend(*bed, "a", {}, {kShard});
    CHECK(attend(*bed, "b", {kShard}).shards[kShard].position == 1);
    CHECK(commit(*bed, batch(1, 1, {row(2, "flock", 7)})) == Outcome::fenced);
    check_untouched(*bed, 1);
    CHECK(commit(*bed, batch(2, 1, {row(2, "flock", 2)})) == Outcome::committed);
  }
  SUBCASE("so does the own one, taken anew") {
    attend(*bed, "a", {kShard});
    CHECK(commit(*bed, batch(1, 1, {row(2, "flock", 7)})) == Outcome::fenced);
    check_untouched(*bed, 1);
  }
  SUBCASE("so does a position that was passed") {
    CHECK(commit(*bed, batch(1, 0, {row(1, "flock", 7)})) == Outcome::fenced);
    check_untouched(*bed, 1);
  }
  SUBCASE("one fence of several that does not hold refuses the whole") {
    auto both = batch(1, 1, {row(2, "flock", 7)});
    both.fences.push_back({.shard = static_cast<Shard>((kShard + 1) % kShards), .epoch = 9, .position = 0});
    CHECK(commit(*bed, std::move(both)) == Outcome::fenced);
    check_untouched(*bed, 1);
  }
}

void store_has_unique_keys(const MakeStoreBed& make) {
  auto bed = make();
  attend(*bed, "a", {kShard});
  CHECK(commit(*bed, batch(1, 0, {row(1, "flock", 1), row(2, "flock", 2)})) == Outcome::committed);
  auto number = batch(1, 2, {row(3, "flock", 2)});
  number.sent[0].once = "flock/7";
  CHECK(commit(*bed, std::move(number)) == Outcome::conflict);
  check_untouched(*bed, 2);
  auto once = batch(1, 2, {row(3, "flock", 7)});
  once.sent.push_back(once.sent[0]);
  once.sent[1].once = "flock/1";
  CHECK(commit(*bed, std::move(once)) == Outcome::conflict);
  check_untouched(*bed, 2);
}

void store_trims_what_is_relayed(const MakeStoreBed& make) {
  auto bed = make();
  attend(*bed, "a", {kShard});
  const Millis old = 1'700'000'000'000, young = 1'800'000'000'000;
  CHECK(commit(*bed, batch(1, 0, {row(1, "flock", 1, old), row(2, "flock", 2, old), row(3, "flock", 3, young)})) ==
        Outcome::committed);
  const auto trim = [&](Millis log, Millis sent) { return good(sync_wait(bed->store().trim(log, sent, 10))); };
  CHECK(trim(old + 1, 0) == 0);  // nobody has them yet
  REQUIRE(sync_wait(bed->store().set_relayed({{kShard, 1}})));
  CHECK(trim(old + 1, 0) == 1);
  REQUIRE(sync_wait(bed->store().set_relayed({{kShard, 3}})));
  REQUIRE(sync_wait(bed->store().set_relayed({{kShard, 2}})));  // not back
  CHECK(attend(*bed, "a").shards[kShard].relayed == 3);
  CHECK(trim(old + 1, 0) == 1);
  CHECK(trim(old + 1, 0) == 0);
  const auto rows = good(sync_wait(bed->store().rows(kShard, 0, 10)));
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].position == 3);
  CHECK(good(sync_wait(bed->store().look_up({.sent = {"flock/1"}}))).sent.size() == 1);
  CHECK(trim(0, old + 1) == 2);
  const auto known = good(sync_wait(bed->store().look_up(
      {.sent = {"flock/1", "flock/3"}, .heads = {Conversation::of_group(GroupKey("flock"))}, .shards = true})));
  CHECK(known.sent.size() == 1);
  REQUIRE(known.heads.size() == 1);
  CHECK(known.heads[0].second.seq == 3);
  CHECK(known.shards[kShard].position == 3);
}

void store_keeps_stays(const MakeStoreBed& make) {
  auto bed = make();
  attend(*bed, "a", {kShard});
  const auto flock = Conversation::of_group(GroupKey("flock"));
  const UserKey ann("ann"), bob("bob");
  auto first = batch(1, 0, {row(1, "flock", 1), row(2, "flock", 2)});
  first.stays = {
      {flock, ann, StayEvent::join(1)}, {flock, bob, StayEvent::join(1)}, {flock, bob, StayEvent::leave(2, 5)}};
  CHECK(commit(*bed, std::move(first)) == Outcome::committed);
  auto again = batch(1, 2, {row(3, "flock", 3)});
  again.stays = {{flock, ann, StayEvent::join(1)}, {flock, bob, StayEvent::join(3)}};
  CHECK(commit(*bed, again) == Outcome::committed);
  auto refused = batch(1, 2, {row(3, "flock", 4)});
  refused.stays = {{flock, UserKey("cas"), StayEvent::join(4)}};
  CHECK(commit(*bed, std::move(refused)) == Outcome::fenced);
  // Another conversation, in another part where there are several.
  const auto other = Conversation::of_group(GroupKey("other"));
  const auto theirs = shard_of(other);
  const auto epoch = attend(*bed, "a", {theirs}).shards[theirs].epoch;
  auto elsewhere = batch(epoch, theirs == kShard ? 3 : 0, {row(theirs == kShard ? 4 : 1, "other", 1)});
  elsewhere.stays = {{other, ann, StayEvent::join(1)}};
  CHECK(commit(*bed, std::move(elsewhere)) == Outcome::committed);

  REQUIRE(sync_wait(bed->store().set_relayed({{kShard, 3}})));
  REQUIRE(good(sync_wait(bed->store().trim(1'900'000'000'000, 0, 10))) >= 3);  // nothing of them is in the log
  using Texts = std::vector<std::string>;
  CHECK(stays(*bed, {}).empty());
  CHECK(stays(*bed, {.user = ann, .conversations = {}}) == Texts{"g:flock ann 2 0", "g:other ann 2 0"});
  CHECK(stays(*bed, {.user = std::nullopt, .conversations = {flock}}) ==
        Texts{"g:flock ann 2 0", "g:flock bob 2 0", "g:flock bob 5 5", "g:flock bob 6 0"});
  CHECK(stays(*bed, {.user = bob, .conversations = {other, flock}}).size() == 5);
  CHECK(stays(*bed, {.user = UserKey("cas"), .conversations = {}}).empty());
  Batch alone;  // of a conversation whose rows nobody has any more
  alone.stays = {{other, UserKey("cas"), StayEvent::leave(9, 7)}};
  CHECK(commit(*bed, std::move(alone)) == Outcome::committed);
  CHECK(stays(*bed, {.user = UserKey("cas"), .conversations = {}}) == Texts{"g:other cas 19 7"});
}

}  // namespace

void ledger_store_suite(const MakeStoreBed& make) {
  SUBCASE("knows whose lease runs") { store_knows_who_is_there(make); }
  SUBCASE("gives a shard to one member at a time, with a new epoch") { store_gives_a_shard_to_one(make); }
  SUBCASE("keeps log, heads, sent and positions of a batch") { store_keeps_what_was_committed(make); }
  SUBCASE("fences") { store_fences(make); }
  SUBCASE("has one row for a once, and for a number of a conversation") { store_has_unique_keys(make); }
  SUBCASE("keeps who joined and left for ever") { store_keeps_stays(make); }
  SUBCASE("trims what is relayed and old, and never a head") { store_trims_what_is_relayed(make); }
}

}  // namespace godwit::dispatch::suite

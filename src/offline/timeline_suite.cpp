#include "offline/timeline_suite.hpp"

namespace godwit::offline::suite {
namespace {

void timeline_pages(const MakeBed& make) {
  auto bed = make();
  for (Seq seq = 1; seq <= 9; ++seq) put(*bed, message(seq, static_cast<Millis>(100 * seq)));
  put(*bed, message(1, 7000, Conversation::direct(ann, cas)),
      message(1, 8000, Conversation::direct(ann, UserKey("bob2"))));
  for (int round = 0; round < 2; ++round) {
    CHECK(seqs(read(*bed, {.conversation = direct})) == Seqs{1, 2, 3, 4, 5, 6, 7, 8, 9});
    const auto first = read(*bed, {.conversation = direct, .after = 2, .before = 8, .limit = 3});
    CHECK(seqs(first) == Seqs{3, 4, 5});
    CHECK(first.more);
    CHECK(first.items[0]->text == "text 3");
    const auto rest = read(*bed, {.conversation = direct, .after = 5, .before = 8, .limit = 2});
    CHECK(seqs(rest) == Seqs{6, 7});
    CHECK_FALSE(rest.more);
    const auto newest = read(*bed, {.conversation = direct, .before = 8, .limit = 3, .newest = true});
    CHECK(seqs(newest) == Seqs{5, 6, 7});
    CHECK(newest.more);
    CHECK_FALSE(read(*bed, {.conversation = direct, .after = 4, .before = 8, .limit = 3, .newest = true}).more);
    CHECK(seqs(read(*bed, {.conversation = direct, .after = 9})).empty());
    const auto head = must(sync_wait(bed->timeline().head(direct)));
    CHECK(head.seq == 9);
    CHECK(head.time == 900);
    CHECK(must(sync_wait(bed->timeline().head(group))).seq == 0);
    const auto both =
        must(sync_wait(bed->timeline().read({{.conversation = direct, .after = 8, .limit = 5},
                                             {.conversation = Conversation::direct(ann, cas), .limit = 5}})));
    REQUIRE(both.size() == 2);
    CHECK(seqs(both[0]) == Seqs{9});
    CHECK(seqs(both[1]) == Seqs{1});
    bed->restart();
  }
}

void timeline_skips_by_time(const MakeBed& make) {
  auto bed = make();
  for (Seq seq = 1; seq <= 100; ++seq) put(*bed, message(seq, static_cast<Millis>(seq / 10 * 1000)));
  for (const Millis since : {0, 1, 1000, 1001, 5000, 9500, 10'000, 10'001}) {
    Seqs expected;
    for (Seq seq = 4; seq <= 100; ++seq) {
      if (static_cast<Millis>(seq / 10 * 1000) >= since) expected.push_back(seq);
    }
    const auto slice = read(*bed, {.conversation = direct, .after = 3, .since = since});
    CHECK(seqs(slice) == expected);
    CHECK(slice.older == (since > 0));
  }
  CHECK_FALSE(read(*bed, {.conversation = direct, .after = 50, .since = 5000}).older);
  CHECK(seqs(read(*bed, {.conversation = direct, .after = 3, .before = 52, .since = 5000})) == Seqs{50, 51});
  CHECK(seqs(read(*bed, {.conversation = direct, .before = 52, .since = 5000, .limit = 9, .newest = true})) ==
        Seqs{50, 51});
}

void timeline_recalls(const MakeBed& make) {
  auto bed = make();
  put(*bed, message(1), message(2));
  put(*bed, recall_of(2, 3));
  put(*bed, message(4), recall_of(4, 5));  // within one batch
  for (int round = 0; round < 2; ++round) {
    const auto slice = read(*bed, {.conversation = direct});
    REQUIRE(seqs(slice) == Seqs{1, 2, 3, 4, 5});
    CHECK_FALSE(slice.items[0]->recalled);
    for (const std::size_t recalled : {1U, 3U}) {
      CHECK(slice.items[recalled]->recalled);
      CHECK(slice.items[recalled]->text.empty());
    }
    put(*bed, message(1), message(2), recall_of(2, 3), message(4));  // redelivered, not even whole
    bed->restart();
  }
  put(*bed, recall_of(7, 8));  // before its message
  bed->restart();
  CHECK(seqs(read(*bed, {.conversation = direct, .after = 5})) == Seqs{8});
  put(*bed, message(7), message(6));
  const auto late = read(*bed, {.conversation = direct, .after = 5});
  REQUIRE(seqs(late) == Seqs{6, 7, 8});
  CHECK_FALSE(late.items[0]->recalled);
  CHECK(late.items[1]->recalled);
  CHECK(late.items[1]->text.empty());
  CHECK(must(sync_wait(bed->timeline().head(direct))).seq == 8);
}

/// Entries of a clock that was once far ahead are as old as what follows them.
void timeline_expires_what_a_clock_ahead_left(const MakeBed& make) {
  auto bed = make();
  put(*bed, message(1, 1000), message(2, 9'000'000), message(3, 9'000'001), message(4, 2000), message(5, 5000));
  CHECK(must(sync_wait(bed->timeline().expire(1500, 100))).dropped == 1);
  CHECK(must(sync_wait(bed->timeline().expire(3000, 100))).dropped == 3);
  CHECK(seqs(read(*bed, {.conversation = direct})) == Seqs{5});
}

void timeline_expires(const MakeBed& make) {
  auto bed = make();
  for (Seq seq = 1; seq <= 5; ++seq)
    put(*bed, message(seq, static_cast<Millis>(1000 * seq)), message(seq, 1000, group));
  auto sweep = must(sync_wait(bed->timeline().expire(3000, 1)));
  CHECK_FALSE(sweep.round_done);
  auto dropped = sweep.dropped;
  while (!sweep.round_done) {
    sweep = must(sync_wait(bed->timeline().expire(3000, 1)));
    dropped += sweep.dropped;
  }
  CHECK(dropped == 2 + 4);
  put(*bed, message(1, 1000), message(3, 3000));  // redelivered
  bed->restart();
  CHECK(seqs(read(*bed, {.conversation = direct})) == Seqs{3, 4, 5});
  CHECK(seqs(read(*bed, {.conversation = group})) == Seqs{5});  // never the newest
  CHECK(must(sync_wait(bed->timeline().expire(3000, 100))).dropped == 0);
  const auto row = must(sync_wait(bed->cursors().row(ann, direct)));
  REQUIRE(row);
  CHECK(row->floor == 2);
  CHECK(row->head.seq == 5);
  put(*bed, recall_of(1, 6, 6000));  // of an expired one
  CHECK(seqs(read(*bed, {.conversation = direct})) == Seqs{3, 4, 5, 6});
}

void timeline_makes_rows(const MakeBed& make) {
  auto bed = make();
  const auto spans = [&](const UserKey& user, const Conversation& conversation) {
    const auto row = must(sync_wait(bed->cursors().row(user, conversation)));
    std::vector<std::pair<Seq, Seq>> out;
    if (row)
      for (const auto& span : row->ranges.spans()) out.emplace_back(span.from, span.to);
    return out;
  };
  using Stays = std::vector<std::pair<Seq, Seq>>;
  const auto notices = Conversation::notices_of(cas);
  auto created = message(1, 1000, group), joined = message(4, 4000, group), left = message(6, 6000, group),
       back = message(9, 9000, group);
  created.joined = {ann, bob};
  joined.joined = {cas};
  left.left = {bob};
  back.joined = {bob};
  for (int round = 0; round < 2; ++round) {  // the second time redelivered
    put(*bed, message(1), message(2), message(1, 1000, notices), created, message(2, 2000, group), joined);
    put(*bed, left, message(7, 7000, group));
    if (round == 0) {
      CHECK(spans(bob, group) == Stays{{1, 6}});
      CHECK(must(sync_wait(bed->cursors().row(bob, group)))->left_at == 6000);
    }
    put(*bed, back);
    CHECK(spans(ann, direct) == Stays{{1, 0}});
    CHECK(spans(bob, direct) == Stays{{1, 0}});
    CHECK(spans(cas, direct) == Stays{});
    CHECK(spans(cas, notices) == Stays{{1, 0}});
    CHECK(spans(ann, group) == Stays{{1, 0}});
    CHECK(spans(cas, group) == Stays{{4, 0}});
    CHECK(spans(bob, group) == Stays{{1, 6}, {9, 0}});
    CHECK(must(sync_wait(bed->cursors().row(bob, group)))->left_at == 0);
    bed->restart();
  }
}

void timeline_knows_readers(const MakeBed& make) {
  auto bed = make();
  using Users = std::vector<UserKey>;
  const auto readers = [&](const Conversation& conversation, Seq seq) {
    const auto readers = must(sync_wait(bed->timeline().readers(conversation)));
    CHECK(readers.seq == seq);
    return readers.users;
  };
  const auto notices = Conversation::notices_of(cas), other = Conversation::of_group(GroupKey("walkers2"));
  CHECK(readers(group, 0).empty());
  CHECK(readers(direct, 0).empty());
  auto created = message(1, 1000, group), elsewhere = message(1, 1000, other), joined = message(3, 3000, group),
       left = message(4, 4000, group), back = message(7, 7000, group);
  created.joined = {bob, ann};
  elsewhere.joined = {UserKey("zoe")};
  put(*bed, created, elsewhere, message(2, 2000, group), message(5, 1000, direct), message(2, 1000, notices));
  CHECK(readers(group, 2) == Users{ann, bob});
  CHECK(readers(other, 1) == Users{UserKey("zoe")});
  CHECK(readers(direct, 5) == Users{ann, bob});
  CHECK(readers(notices, 2) == Users{cas});
  joined.joined = {cas};
  left.left = {bob};
  put(*bed, left);
  put(*bed, joined);
  for (int round = 0; round < 2; ++round) {
    CHECK(readers(group, 4) == Users{ann, cas});
    bed->restart();
  }
  back.joined = {bob};
  back.left = {cas, ann};
  put(*bed, back, joined, left);
  CHECK(readers(group, 7) == Users{bob});
}

void timeline_names_its_life(const MakeBed& make) {
  auto bed = make(), other = make();
  const auto epoch = must(sync_wait(bed->timeline().epoch()));
  CHECK_FALSE(epoch.empty());
  CHECK(must(sync_wait(other->timeline().epoch())) != epoch);
  put(*bed, message(1));
  bed->restart();
  CHECK(must(sync_wait(bed->timeline().epoch())) == epoch);
}

void timeline_cuts_long_answers(const MakeBed& make) {
  auto bed = make();
  std::vector<MessagePtr> batch;
  for (Seq seq = 1; seq <= 300; ++seq) {
    auto large = message(seq);
    large.text.assign(8192, 'x');
    batch.push_back(std::make_shared<const Message>(std::move(large)));
  }
  REQUIRE(sync_wait(bed->timeline().put(batch)));
  const Span span{.conversation = direct, .limit = 1000};
  const auto slices = must(sync_wait(bed->timeline().read({span, span})));
  CHECK(slices.at(0).more);
  CHECK(slices.at(0).items.size() > 100);
  CHECK(slices.at(0).items.size() < 150);
  CHECK(slices.at(1).items.empty());
  CHECK(slices.at(1).more);
}

/// Three conversations' worth of what may happen, and what need not make sense: who is in joins, who is out leaves.
std::vector<MessagePtr> history(unsigned seed) {
  std::mt19937 random(seed);
  const auto chance = [&](unsigned percent) { return random() % 100 < percent; };
  const std::vector<UserKey> users{ann, bob, cas, UserKey("dan")};
  const std::vector<Conversation> conversations{direct, group, Conversation::notices_of(cas)};
  std::map<Conversation, Seq> heads;
  std::vector<MessagePtr> all;
  for (int i = 0; i < 60; ++i) {
    const auto& conversation = conversations[random() % conversations.size()];
    auto next = message(++heads[conversation], 1000 + 10 * i, conversation);
    if (const auto target = 1 + random() % next.seq; target < next.seq && chance(30))
      next = recall_of(target, next.seq, next.time, conversation);
    for (const auto& user : users) {
      if (conversation == group && chance(10)) next.joined.push_back(user);
      if (conversation == group && chance(10)) next.left.push_back(user);
    }
    all.push_back(std::make_shared<const Message>(std::move(next)));
  }
  return all;
}

/// All that can be read of such a history.
std::string seen(Bed& bed) {
  std::string out;
  for (const auto& conversation : {direct, group, Conversation::notices_of(cas)}) {
    out += conversation.name() + ":";
    for (const auto& item : read(bed, {.conversation = conversation}).items)
      out += " " + std::to_string(item->seq) + (item->recalled ? "-" : "+") + item->text;
    const auto readers = must(sync_wait(bed.timeline().readers(conversation)));
    out += " head " + std::to_string(readers.seq) + " readers";
    for (const auto& user : readers.users) out += " " + user.str();
    for (const auto* user : {"ann", "bob", "cas", "dan"}) {
      const auto row = must(sync_wait(bed.cursors().row(UserKey(user), conversation)));
      if (!row) continue;
      out += std::string(" ") + user + " left " + std::to_string(row->left_at);
      for (const auto& span : row->ranges.spans())
        out += " " + std::to_string(span.from) + "-" + std::to_string(span.to);
    }
    out += '\n';
  }
  return out;
}

void timeline_is_one_in_any_order(const MakeBed& make) {
  for (unsigned seed = 1; seed <= 4; ++seed) {
    CAPTURE(seed);
    const auto messages = history(seed);
    auto in_order = make();
    REQUIRE(sync_wait(in_order->timeline().put(messages)));
    const auto expected = seen(*in_order);
    for (const auto& way : godwit::suite::kWays) {
      CAPTURE(way.name);
      Delivering bed(make(), way);
      const auto half = messages.begin() + 30;
      REQUIRE(sync_wait(bed.timeline().put({half, messages.end()})));
      if (seed % 2 == 0) bed.restart();
      REQUIRE(sync_wait(bed.timeline().put({messages.begin(), half})));
      CHECK(seen(bed) == expected);
    }
  }
}

void timeline_cases(const MakeBed& make) {
  SUBCASE("reads pages up and down") { timeline_pages(make); }
  SUBCASE("skips what is older") { timeline_skips_by_time(make); }
  SUBCASE("keeps a recalled message recalled, whatever comes late or again") { timeline_recalls(make); }
  SUBCASE("expires all but the newest, and for good") { timeline_expires(make); }
  SUBCASE("expires what a clock ahead has left") { timeline_expires_what_a_clock_ahead_left(make); }
  SUBCASE("makes readers' rows, idempotently") { timeline_makes_rows(make); }
  SUBCASE("knows whose right is open") { timeline_knows_readers(make); }
}

}  // namespace

void timeline_suite(const MakeBed& make) {
  in_every_way(make, [](const MakeBed& way) { timeline_cases(way); });
  SUBCASE("names its life") { timeline_names_its_life(make); }
  SUBCASE("cuts a long answer at about 1 MiB, and the rest can be asked for") { timeline_cuts_long_answers(make); }
  SUBCASE("is the same in the end, in whatever order a history comes") { timeline_is_one_in_any_order(make); }
}

}  // namespace godwit::offline::suite

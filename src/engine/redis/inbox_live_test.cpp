#include "engine/redis/inbox.hpp"

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

#include "engine/redis/testing_redis.hpp"
#include "offline/cursor_store_suite.hpp"
#include "offline/timeline_suite.hpp"

namespace godwit::redis {
namespace {

using testing::Form;

class InboxBed final : public offline::suite::Bed {
 public:
  explicit InboxBed(Form form) : client_(testing::settings_of(form, testing::own_prefix()), log_) { restart(); }
  ~InboxBed() override { testing::remove_keys(client_); }
  offline::Timeline& timeline() override { return *inbox_; }
  offline::CursorStore& cursors() override { return *inbox_; }
  ManualClock& clock() override { return clock_; }
  Client& client() { return client_; }
  RedisInbox& inbox() { return *inbox_; }
  void restart() override { inbox_ = std::make_unique<RedisInbox>(client_, random_, log_); }

 private:
  ManualClock clock_;
  SystemRandom random_;
  Log log_{2, Level::error};
  Client client_;
  std::unique_ptr<RedisInbox> inbox_;
};

offline::suite::MakeBed beds(Form form) {
  return [form] { return std::make_unique<InboxBed>(form); };
}

/// What a process that died in the middle of a put has left: all that one key holds is not there.
void forget(Client& client, const std::string& name) {
  (void)testing::good(client, {.words = {"DEL", client.key(name)}});
}

}  // namespace

TEST_CASE("redis: a put that was cut between two keys is made whole by the next one") {
  using namespace offline::suite;
  InboxBed bed(Form::single);
  auto created = message(1, 1000, group), left = message(3, 3000, group);
  created.joined = {ann, bob};
  left.left = {bob};
  for (const auto* lost :
       {"{g:walkers}:log", "{g:walkers}:head", "{g:walkers}:stays", "{@ann}:stays", "{@bob}:stays"}) {
    CAPTURE(lost);
    put(bed, created, message(2, 2000, group), left, recall_of(2, 4, 4000, group));
    forget(bed.client(), lost);
    put(bed, created, message(2, 2000, group), left, recall_of(2, 4, 4000, group));
    const auto slice = read(bed, {.conversation = group});
    CHECK(seqs(slice) == Seqs{1, 2, 3, 4});
    CHECK(must(sync_wait(bed.timeline().readers(group))).users == std::vector<UserKey>{ann});
    CHECK(must(sync_wait(bed.timeline().readers(group))).seq == 4);
    REQUIRE(must(sync_wait(bed.cursors().row(ann, group))));
    CHECK(must(sync_wait(bed.cursors().row(bob, group)))->left_at == 3000);
  }
}

TEST_CASE("redis: who is put out while they read is shown nothing of what follows") {
  using namespace offline::suite;
  Form form = Form::single;
  SUBCASE("single") {}
  SUBCASE("cluster") { form = Form::cluster; }
  InboxBed bed(form);
  constexpr Seq kRounds = 300;  // of four: bob comes, is written to, goes, and is spoken of
  std::atomic<bool> done = false;
  std::jthread writer([&] {
    for (Seq seq = 1; seq < 4 * kRounds; seq += 4) {
      auto joined = message(seq, 1000 + seq, group), left = message(seq + 2, 1002 + seq, group);
      joined.joined = {bob};
      left.left = {bob};
      put(bed, joined, message(seq + 1, 1001 + seq, group));
      put(bed, left, message(seq + 3, 1003 + seq, group));
    }
    done = true;
  });
  int read = 0, wrong = 0;
  const auto look = [&](const offline::Row& row) {
    ++read;
    if (row.ranges.last_readable(row.head.seq) % 4 == 0 && row.head.seq > 0) ++wrong;
  };
  while (!done) {
    for (const auto& row : must(sync_wait(bed.cursors().rows(bob, {}))).rows) look(row);
    if (const auto row = must(sync_wait(bed.cursors().row(bob, group)))) look(*row);
  }
  CHECK(wrong == 0);
  CHECK(read > 100);
}

TEST_CASE("redis: several processes put, recall and sweep at once") {
  using namespace offline::suite;
  InboxBed bed(Form::cluster);
  std::vector<MessagePtr> all;
  for (Seq seq = 1; seq <= 200; ++seq) all.push_back(std::make_shared<const Message>(message(seq, 1000 + seq, group)));
  for (Seq seq = 1; seq <= 100; ++seq)
    all.push_back(std::make_shared<const Message>(recall_of(2 * seq, 200 + seq, 2000, group)));
  {
    std::vector<std::jthread> threads;
    for (unsigned process = 0; process < 4; ++process)
      threads.emplace_back([&, process] {
        auto mine = all;
        std::ranges::shuffle(mine, std::mt19937(process));
        for (std::size_t begin = 0; begin < mine.size(); begin += 20)
          CHECK(sync_wait(bed.timeline().put(std::span(mine).subspan(begin, 20))));
        CHECK(sync_wait(bed.timeline().expire(1000, 10)));
      });
  }
  const auto slice = read(bed, {.conversation = group, .limit = 1000});
  REQUIRE(slice.items.size() == 300);
  for (const auto& item : slice.items) CHECK(item->recalled == (item->seq <= 200 && item->seq % 2 == 0));
  CHECK(must(sync_wait(bed.inbox().entries())) >= 200);
  for (bool done = false; !done;) {
    const auto sweep = must(sync_wait(bed.timeline().expire(1'000'000, 10)));
    done = sweep.round_done;
  }
  CHECK(seqs(read(bed, {.conversation = group})) == Seqs{300});
}

TEST_CASE("redis: an inbox that was emptied has another life") {
  using namespace offline::suite;
  InboxBed bed(Form::single);
  const auto before = must(sync_wait(bed.timeline().epoch()));
  put(bed, message(1));
  testing::remove_keys(bed.client());
  CHECK(must(sync_wait(bed.timeline().epoch())) != before);
  CHECK(must(sync_wait(bed.timeline().head(direct))).seq == 0);
}

TEST_CASE("redis: the timeline") { offline::suite::timeline_suite(beds(Form::single)); }
TEST_CASE("redis cluster: the timeline") { offline::suite::timeline_suite(beds(Form::cluster)); }
TEST_CASE("redis: the cursor store") { offline::suite::cursor_store_suite(beds(Form::single)); }
TEST_CASE("redis cluster: the cursor store") { offline::suite::cursor_store_suite(beds(Form::cluster)); }

}  // namespace godwit::redis

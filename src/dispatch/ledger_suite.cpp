#include "dispatch/ledger_suite.hpp"

namespace godwit::dispatch::suite {
namespace {

void ledger_numbers(const MakeBed& make) {
  auto bed = make();
  for (Seq seq = 1; seq <= 3; ++seq) {
    const auto published = must(sync_wait(bed->ledger().append(draft(std::to_string(seq)))));
    CHECK(published.seq == seq);
    CHECK(published.time == bed->clock().now());
    CHECK_FALSE(published.repeated);
  }
  CHECK(must(sync_wait(bed->ledger().append(draft("4", "hello", "ann", "cas")))).seq == 1);
}

void ledger_repeats(const MakeBed& make) {
  auto bed = make();
  const auto first = must(sync_wait(bed->ledger().append(draft("a"))));
  bed->clock().advance(5000);
  for (int round = 0; round < 2; ++round) {
    auto again = draft("a");
    again.message.id = MessageId("another id, made at another time");
    const auto second = must(sync_wait(bed->ledger().append(std::move(again))));
    CHECK(second.repeated);
    CHECK(second.id == first.id);
    CHECK(second.seq == first.seq);
    CHECK(second.time == first.time);
    const auto other = sync_wait(bed->ledger().append(draft("a", "another text")));
    REQUIRE_FALSE(other.has_value());
    CHECK(other.error().code == Code::client_id_reused);
    const auto found = sync_wait(bed->ledger().find("ann/a"));
    REQUIRE(found.has_value());
    REQUIRE(found->has_value());
    CHECK((*found)->seq == first.seq);
    CHECK((*found)->id == first.id);
    const auto absent = sync_wait(bed->ledger().find("ann/b"));
    REQUIRE(absent.has_value());
    CHECK_FALSE(absent->has_value());
    bed->restart();
  }
  CHECK(must(sync_wait(bed->ledger().append(draft("b")))).seq == 2);
}

void ledger_time_does_not_stay_far_ahead(const MakeBed& make) {
  auto bed = make();
  const auto now = bed->clock().now();
  bed->clock().advance(20LL * 365 * 86'400'000);
  CHECK(must(sync_wait(bed->ledger().append(draft("a")))).time > now + kMostLead);
  bed->clock().advance(now - bed->clock().now());
  CHECK(must(sync_wait(bed->ledger().append(draft("b")))).time == now);
  bed->clock().advance(kMostLead);
  const auto ahead = must(sync_wait(bed->ledger().append(draft("c")))).time;
  bed->clock().advance(-kMostLead);
  CHECK(must(sync_wait(bed->ledger().append(draft("d")))).time == ahead);  // that much never falls
  bed->restart();
  CHECK(must(sync_wait(bed->ledger().append(draft("e")))).time == ahead);
  bed->clock().advance(-1);
  CHECK(must(sync_wait(bed->ledger().append(draft("f")))).time == now - 1);
}

void ledger_time_never_falls(const MakeBed& make) {
  auto bed = make();
  const auto first = must(sync_wait(bed->ledger().append(draft("a"))));
  bed->clock().advance(-60'000);
  CHECK(must(sync_wait(bed->ledger().append(draft("b")))).time == first.time);
  bed->restart();
  CHECK(must(sync_wait(bed->ledger().append(draft("c")))).time == first.time);
}

/// Of several drafts with one `once` that are on their way together one is stored, and all get its result; where they
/// are not the same message, the others are refused.
void ledger_takes_one_of_several(const MakeBed& make) {
  auto bed = make();
  constexpr std::size_t kAtOnce = 6;
  for (const std::string text : {"the same", "another each"}) {
    std::array<Result<Published>, kAtOnce> answers;
    {
      std::latch together(kAtOnce);
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < kAtOnce; ++i) {
        threads.emplace_back([&, i] {
          auto one = draft(text, text == "the same" ? text : std::to_string(i));
          one.message.id = MessageId(text + std::to_string(i));
          together.arrive_and_wait();
          answers[i] = sync_wait(bed->ledger().append(std::move(one)));
        });
      }
    }
    std::size_t stored = 0, repeated = 0, refused = 0;
    std::set<std::string> ids;
    for (const auto& answer : answers) {
      if (answer) ids.insert(answer->id.str());
      if (!answer) CHECK(answer.error().code == Code::client_id_reused);
      ++(!answer ? refused : answer->repeated ? repeated : stored);
    }
    CHECK(ids.size() == 1);
    CHECK(stored == 1);
    CHECK((text == "the same" ? repeated : refused) == kAtOnce - 1);
  }
  CHECK(must(sync_wait(bed->ledger().append(draft("after")))).seq == 3);
}

/// What is told is what was stored: no repeat, no draft that was refused; in order, with number and time, and before
/// the answer.
void commits_are_told(const MakeBed& make) {
  auto bed = make();
  std::mutex mutex;
  std::vector<MessagePtr> heard;
  bed->commits().on_commit([&](std::span<const MessagePtr> batch) {
    std::lock_guard lock(mutex);
    heard.insert(heard.end(), batch.begin(), batch.end());
  });
  const auto told = [&] {
    std::lock_guard lock(mutex);
    return heard.size();
  };
  for (std::size_t i = 1; i <= 3; ++i) {
    const auto published = must(sync_wait(bed->ledger().append(draft(std::to_string(i)))));
    REQUIRE(told() == i);
    CHECK(heard.back()->id == published.id);
    CHECK(heard.back()->seq == published.seq);
    CHECK(heard.back()->time == published.time);
    CHECK(must(sync_wait(bed->ledger().append(draft(std::to_string(i))))).repeated);
    CHECK_FALSE(sync_wait(bed->ledger().append(draft(std::to_string(i), "another text"))).has_value());
    CHECK(told() == i);
  }
}

/// Many threads at once, every send twice: dense numbers, one message each, told in order before the answer.
void ledger_under_load(const MakeBed& make) {
  auto bed = make();
  constexpr int kThreads = 8, kEach = 100;
  std::mutex mutex;
  std::vector<MessagePtr> heard;
  bed->commits().on_commit([&](std::span<const MessagePtr> batch) {
    std::lock_guard lock(mutex);
    heard.insert(heard.end(), batch.begin(), batch.end());
  });
  std::vector<std::vector<Published>> answers(kThreads);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) {
          const auto published =
              sync_wait(bed->ledger().append(draft(std::to_string(t / 2) + "-" + std::to_string(i))));
          if (!published) return;
          answers[static_cast<std::size_t>(t)].push_back(*published);
          std::lock_guard lock(mutex);
          if (heard.size() < published->seq)
            answers[static_cast<std::size_t>(t)].clear();  // answered before it was heard of
        }
      });
    }
  }
  REQUIRE(heard.size() == kThreads / 2 * kEach);
  for (std::size_t i = 0; i < heard.size(); ++i) CHECK(heard[i]->seq == i + 1);
  std::set<Seq> first_answers;
  for (std::size_t t = 0; t < kThreads; t += 2) {
    REQUIRE(answers[t].size() == kEach);
    REQUIRE(answers[t + 1].size() == kEach);
    for (std::size_t i = 0; i < kEach; ++i) {
      CHECK(answers[t][i].seq == answers[t + 1][i].seq);
      CHECK(answers[t][i].repeated != answers[t + 1][i].repeated);
      first_answers.insert(answers[t][i].seq);
    }
  }
  CHECK(first_answers.size() == heard.size());
}

}  // namespace

void ledger_suite(const MakeBed& make) {
  SUBCASE("numbers each conversation from 1, without holes") { ledger_numbers(make); }
  SUBCASE("answers a repeat with the first result, after a restart, too") { ledger_repeats(make); }
  SUBCASE("stores one of several with one `once`") { ledger_takes_one_of_several(make); }
  SUBCASE("tells what it committed, and nothing else") { commits_are_told(make); }
  SUBCASE("never lets time fall within a conversation") { ledger_time_never_falls(make); }
  SUBCASE("gives up a time that a clock far ahead has left") { ledger_time_does_not_stay_far_ahead(make); }
  SUBCASE("stores each send once under load and tells of it in order") { ledger_under_load(make); }
}

}  // namespace godwit::dispatch::suite

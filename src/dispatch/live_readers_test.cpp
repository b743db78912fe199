#include "dispatch/live_readers.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "dispatch/fake_peers.hpp"

namespace godwit::dispatch {
namespace {

using Users = std::vector<UserKey>;

const UserKey ann("ann"), bob("bob"), cas("cas");
const Conversation group = Conversation::of_group(GroupKey("walkers"));

MessagePtr message(Seq seq, Users joined = {}, Users left = {}, const Conversation& conversation = group) {
  auto message = std::make_shared<Message>();
  message->type = Type::group;
  message->conversation = conversation;
  message->seq = seq;
  message->joined = std::move(joined);
  message->left = std::move(left);
  return message;
}

/// Readers on an inbox that takes in what the test gives it.
struct Bed {
  explicit Bed(std::size_t names = 100'000)
      : readers(offline, names, [this](auto messages) { take(messages); }, [this] { ++dropped; }, metrics) {}
  void take(std::span<const Readable> messages) {
    for (const auto& one : messages) late.emplace_back(one.message->seq, *one.readers);
  }
  LiveReaders::Held load(const Conversation& conversation = group) {
    auto held = sync_wait(readers.load(conversation));
    REQUIRE(held);
    return *held;
  }
  Users fold(const MessagePtr& message) {
    const auto folded = readers.fold(message);
    return folded ? *folded : Users{UserKey("late")};
  }

  testing::FakeOffline offline;
  Metrics metrics;
  std::vector<std::pair<Seq, Users>> late;
  int dropped = 0;
  LiveReaders readers;
};

using Late = std::vector<std::pair<Seq, Users>>;
const Users kLate{UserKey("late")};

}  // namespace

TEST_CASE("live readers: loaded once, then folded, and copied for a join or a leave alone") {
  Bed bed;
  bed.offline.take(*message(4, {ann, bob}));
  CHECK(bed.readers.find(group) == nullptr);
  const auto held = bed.load();
  CHECK(bed.readers.find(group) == held);
  const auto first = bed.readers.fold(message(5)), second = bed.readers.fold(message(6));
  CHECK(*first == Users{ann, bob});
  CHECK(first == second);
  CHECK(bed.fold(message(7, {cas}, {ann})) == Users{ann, bob, cas});
  CHECK(bed.fold(message(8)) == Users{bob, cas});
  CHECK(*first == Users{ann, bob});  // what is on its way stays as it was
  CHECK(bed.offline.loads == 1);
  CHECK(bed.late.empty());
}

TEST_CASE("live readers: what is committed while they are loaded waits, and goes out in order") {
  Bed bed;
  bed.offline.take(*message(4, {ann}));
  bed.offline.gate.shut = true;
  CHECK(bed.fold(message(5)) == kLate);
  CHECK(bed.fold(message(6, {bob})) == kLate);
  CHECK(bed.fold(message(7)) == kLate);
  CHECK(bed.fold(message(8, {cas}, {ann})) == kLate);
  CHECK(bed.fold(message(9)) == kLate);
  // The inbox may have taken in more than what was there before, up to any of them.
  SUBCASE("none of it") {}
  SUBCASE("some of it") { bed.offline.take(*message(6, {bob})); }
  SUBCASE("all of it") {
    bed.offline.take(*message(6, {bob}));
    bed.offline.take(*message(8, {cas}, {ann}));
    bed.offline.take(*message(9));
  }
  CHECK(bed.late.empty());
  bed.offline.gate.open();
  CHECK(bed.late == Late{{5, {ann}}, {6, {ann, bob}}, {7, {ann, bob}}, {8, {ann, bob, cas}}, {9, {bob, cas}}});
  CHECK(bed.fold(message(10)) == Users{bob, cas});
  CHECK(bed.offline.loads == 1);
}

TEST_CASE("live readers: loaded anew where the numbers do not follow, or are told again") {
  Bed bed;
  bed.offline.take(*message(4, {ann}));
  const auto held = bed.load();
  CHECK(bed.fold(message(5)) == Users{ann});
  bed.offline.take(*message(6, {bob}));  // another process numbered it
  CHECK(bed.fold(message(7)) == kLate);
  CHECK(bed.late == Late{{7, {ann, bob}}});
  bed.offline.take(*message(7));
  bed.late.clear();
  bed.offline.gate.shut = true;
  CHECK(bed.fold(message(5)) == kLate);
  CHECK(bed.fold(message(6, {bob})) == kLate);
  CHECK(bed.fold(message(7)) == kLate);
  CHECK(bed.fold(message(8, {}, {ann})) == kLate);
  bed.offline.gate.open();
  CHECK(bed.late == Late{{5, {ann}}, {6, {ann, bob}}, {7, {ann, bob}}, {8, {ann, bob}}});
  CHECK(bed.fold(message(9)) == Users{bob});
}

TEST_CASE("live readers: a load that fails is told, and tried again") {
  Bed bed;
  bed.offline.take(*message(4, {ann}));
  bed.offline.broken = true;
  CHECK(sync_wait(bed.readers.load(group)).error().code == Code::unavailable);
  CHECK(bed.dropped == 0);
  CHECK(bed.fold(message(5)) == kLate);
  CHECK(bed.metrics.counted("godwit_pushes_dropped_total") == 1);
  CHECK(bed.dropped == 1);
  bed.offline.broken = false;
  bed.offline.take(*message(5));
  CHECK(bed.load() != nullptr);
  CHECK(bed.fold(message(6)) == Users{ann});
}

TEST_CASE("live readers: whoever asks while they are loaded waits for that load") {
  Bed bed;
  bed.offline.take(*message(4, {ann}));
  bed.offline.gate.shut = true;
  int answered = 0;
  for (int i = 0; i < 3; ++i) {
    spawn([](Bed& bed, int& answered) -> Task<void> {
      const auto held = co_await bed.readers.load(group);
      CHECK(held.has_value());
      ++answered;
    }(bed, answered));
  }
  CHECK(answered == 0);
  bed.offline.gate.open();
  CHECK(answered == 3);
  CHECK(bed.offline.loads == 1);
}

TEST_CASE("live readers: bounded, but for those that are held") {
  Bed bed(16 * 100);
  const auto other = [](int i) { return Conversation::of_group(GroupKey("g" + std::to_string(i))); };
  bed.offline.take(*message(4, {ann, bob}));
  {
    const auto held = bed.load();
    for (int i = 0; i < 2'000; ++i) bed.fold(message(1, {ann, bob, cas}, {}, other(i)));
    CHECK(bed.readers.find(group) == held);
    CHECK(bed.readers.find(other(0)) == nullptr);
    CHECK(bed.readers.find(other(1'999)) != nullptr);
  }
  for (int i = 0; i < 2'000; ++i) bed.fold(message(1, {ann}, {}, other(2'000 + i)));
  CHECK(bed.readers.find(group) == nullptr);
  CHECK(bed.fold(message(5)) == kLate);
  CHECK(bed.late == Late{{5, {ann, bob}}});
}

TEST_CASE("live readers: asked for on many threads while commits go on") {
  Bed bed;
  std::vector<Conversation> groups;
  for (int i = 0; i < 8; ++i) groups.push_back(Conversation::of_group(GroupKey("g" + std::to_string(i))));
  std::atomic<bool> over{false};
  std::atomic<int> found{0};
  std::vector<std::jthread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&] {
      for (std::size_t i = 0; !over; ++i)
        found += bed.readers.find(groups[i % 8]) ? 1 : 0;
    });
  }
  for (Seq seq = 1; seq <= 2'000; ++seq) {
    for (const auto& conversation : groups) {
      const auto change = seq % 2 != 0 ? message(seq, {bob}, {}, conversation) : message(seq, {}, {bob}, conversation);
      const auto folded = bed.readers.fold(change);
      REQUIRE(folded);
      CHECK(*folded == Users{bob});
    }
  }
  over = true;
  CHECK(found > 0);
}

}  // namespace godwit::dispatch

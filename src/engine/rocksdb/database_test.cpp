#include "engine/rocksdb/database.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "dispatch/ledger_suite.hpp"
#include "engine/rocksdb/log_check.hpp"
#include "engine/rocksdb/test_bed.hpp"
#include "engine/rocksdb/testing_file_system.hpp"
#include "offline/timeline_suite.hpp"

namespace godwit::rocks {
namespace {

using dispatch::suite::draft;
using testing::Opened;

struct FaultyBed {
  std::shared_ptr<testing::FileSystem> files = std::make_shared<testing::FileSystem>();
  std::unique_ptr<::rocksdb::Env> env = ::rocksdb::NewCompositeEnv(files);
  Opened opened{Settings{}, env.get()};

  Result<dispatch::Published> send(const std::string& once) { return sync_wait(opened->ledger().append(draft(once))); }
};

std::vector<std::filesystem::path> files_of(const std::filesystem::path& directory, const std::string& extension) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() == extension && entry.file_size() > 0) found.push_back(entry.path());
  }
  return found;
}

void flip_bit(const std::filesystem::path& path, std::uintmax_t at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(at));
  const char byte = static_cast<char>(file.get() ^ 0x10);
  file.seekp(static_cast<std::streamoff>(at));
  file.put(byte);
}

TEST_CASE("rocksdb: a write that fails is unavailable, never a false success") {
  FaultyBed bed;
  int heard = 0;
  bed.opened->ledger().on_commit([&](std::span<const MessagePtr> batch) { heard += static_cast<int>(batch.size()); });
  REQUIRE(bed.send("a"));
  CHECK_FALSE(bed.opened->trouble());
  std::atomic<bool>* fault = nullptr;
  SUBCASE("the sync fails") { fault = &bed.files->fail_log_sync; }
  SUBCASE("the append fails") { fault = &bed.files->fail_log_append; }
  SUBCASE("the disk is full for a while") { fault = &bed.files->disk_full; }
  *fault = true;
  for (const auto* once : {"b", "c"}) {
    const auto failed = bed.send(once);
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == Code::unavailable);
  }
  const auto put = sync_wait(bed.opened->cursors().set_read(UserKey("ann"), offline::suite::direct, 4));
  REQUIRE_FALSE(put);
  CHECK(put.error().code == Code::unavailable);
  CHECK(bed.opened->trouble());
  CHECK(heard == 1);
  CHECK(sync_wait(bed.opened->ledger().find("ann/a"))->has_value());  // reading goes on

  *fault = false;
  for (int i = 0; i < 100 && bed.opened->trouble(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  REQUIRE_FALSE(bed.opened->trouble());  // by itself
  CHECK(sync_wait(bed.opened->ledger().find("ann/a"))->has_value());
  CHECK_FALSE(sync_wait(bed.opened->ledger().find("ann/b"))->has_value());  // what failed is not there
  const auto again = bed.send("b");
  REQUIRE(again);
  CHECK_FALSE(again->repeated);
  CHECK(again->seq == 2);
  CHECK(heard == 2);
  bed.opened.open();
  CHECK(bed.send("b")->repeated);
  CHECK(bed.send("d")->seq == 3);
}

/// What the inbox took without a sync is taken once more from the log.
TEST_CASE("rocksdb: opened again after a fault, nothing that was answered is missing anywhere") {
  FaultyBed bed;
  auto& bus = bed.opened->bus();
  bus.consume(dispatch::Topic::offline,
              [&](std::span<const MessagePtr> batch) { return bed.opened->timeline().put(batch); });
  bus.consume(dispatch::Topic::store,
              [](std::span<const MessagePtr>) -> Task<Result<void>> { co_return Result<void>(); });
  bus.start();
  const auto newest = [&] {
    offline::Span span{.conversation = draft("x").message.conversation, .limit = 100};
    const auto slices = sync_wait(bed.opened->timeline().read({span}));
    return slices ? slices->at(0).items.size() : 0;
  };
  std::size_t sent = 0;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 5; ++i, ++sent) REQUIRE(bed.send(std::to_string(sent)));
    REQUIRE(sync_wait(bus.settled(dispatch::Topic::offline)));
    CHECK(newest() == sent);
    bed.files->fail_log_sync = true;
    REQUIRE_FALSE(bed.send("fails"));
    bed.files->fail_log_sync = false;
    for (int i = 0; i < 100 && bed.opened->trouble(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    REQUIRE(sync_wait(bus.settled(dispatch::Topic::offline)));
    CHECK(newest() == sent);
    const auto rows = sync_wait(bed.opened->cursors().rows(UserKey("ann"), DeviceId()));
    REQUIRE(rows);
    CHECK(rows->rows.size() == 1);
  }
  CHECK(bed.send("last")->seq == sent + 1);
  bus.stop();
}

/// Answered, but not in the inbox when writes begin to fail: readers see it all the same.
TEST_CASE("rocksdb: while writes fail, what the inbox could not take is read from the log") {
  FaultyBed bed;
  auto& bus = bed.opened->bus();
  std::atomic<bool> held{false};
  bus.consume(dispatch::Topic::offline, [&](std::span<const MessagePtr> batch) {
    held.wait(true);
    return bed.opened->timeline().put(batch);
  });
  bus.start();
  const auto conversation = draft("x").message.conversation;
  const auto texts = [&](offline::Span span) {
    span.conversation = conversation;
    const auto slices = sync_wait(bed.opened->timeline().read({span}));
    std::string all;
    for (const auto& item : slices.value().at(0).items) all += item->recalled ? "-" : item->text;
    return all + (slices->at(0).more ? "+" : "");
  };
  REQUIRE(sync_wait(bed.opened->ledger().append(draft("1", "a"))));
  REQUIRE(sync_wait(bus.settled(dispatch::Topic::offline)));
  held = true;
  for (const auto* text : {"b", "c", "d"}) REQUIRE(sync_wait(bed.opened->ledger().append(draft(text, text))));
  auto recall = draft("5", "");
  recall.message.type = Type::recalled;
  recall.message.target_seq = 1;
  REQUIRE(sync_wait(bed.opened->ledger().append(std::move(recall))));
  REQUIRE(sync_wait(bed.opened->ledger().append(draft("6", "to carl", "ann", "carl"))));
  bed.files->fail_log_sync = true;
  REQUIRE_FALSE(bed.send("fails"));
  held = false;
  held.notify_all();
  const auto check = [&] {
    REQUIRE(sync_wait(bus.settled(dispatch::Topic::offline)));
    CHECK(texts({.limit = 10}) == "-bcd");
    CHECK(texts({.limit = 2}) == "-b+");
    CHECK(texts({.limit = 2, .newest = true}) == "d+");
    CHECK(texts({.after = 2, .before = 4, .limit = 10}) == "c");
    CHECK(sync_wait(bed.opened->timeline().head(conversation))->seq == 5);
    const auto rows = sync_wait(bed.opened->cursors().rows(UserKey("ann"), DeviceId()));
    REQUIRE(rows);
    CHECK(rows->rows.size() == 2);
    CHECK(rows->rows.at(0).head.seq == 5);
    const auto row = sync_wait(bed.opened->cursors().row(UserKey("carl"), Conversation::parse("u:ann:carl").value()));
    REQUIRE((row && *row));
    CHECK((*row)->ranges.contains(1));
  };
  check();
  bed.files->fail_log_sync = false;
  check();
  for (int i = 0; i < 100 && bed.opened->trouble(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  check();
  CHECK(bus.untaken()->empty());
  bus.stop();
}

/// Sends from many threads until the power goes; then everything answered must be there and no number may come twice.
void cut_power_once(unsigned seed) {
  FaultyBed bed;
  std::mutex mutex;
  std::map<std::string, dispatch::Published> answered;
  for (int round = 0; round < 2; ++round) {
    {
      std::vector<std::jthread> threads;
      for (int t = 0; t < 6; ++t) {
        threads.emplace_back([&, t] {
          for (int i = 0;; ++i) {
            const auto once = std::to_string(round) + "-" + std::to_string(t) + "-" + std::to_string(i);
            const auto published = bed.send(once);
            if (!published) return;
            std::lock_guard lock(mutex);
            answered.emplace("ann/" + once, *published);
          }
        });
      }
      threads.emplace_back([&] {  // not synced: the tail of the log that a power cut may leave in any order
        for (Seq seq = 1;; ++seq) {
          offline::Acknowledged moved{.user = UserKey("ann"), .device = DeviceId("d")};
          moved.positions = {{draft("x").message.conversation, seq}};
          if (!sync_wait(bed.opened->cursors().advance({moved}))) return;
        }
      });
      std::this_thread::sleep_for(std::chrono::microseconds(500 + std::mt19937(seed)() % 20'000));
      bed.files->cut_power();
    }
    bed.opened.close();
    bed.files->lose_unsynced(seed);
    bed.opened.open();
    std::map<Seq, std::string> numbers;
    for (const auto& [once, published] : answered) {
      const auto found = sync_wait(bed.opened->ledger().find(once));
      REQUIRE(found.has_value());
      REQUIRE_MESSAGE(found->has_value(), "lost: ", once);
      CHECK((*found)->seq == published.seq);
      CHECK((*found)->id == published.id);
      CHECK(numbers.emplace(published.seq, once).second);
    }
    const auto next = bed.send("next " + std::to_string(round));
    REQUIRE(next);
    CHECK((numbers.empty() || next->seq > numbers.rbegin()->first));
    answered.emplace("ann/next " + std::to_string(round), *next);
  }
}

TEST_CASE("rocksdb: a power cut loses nothing that was answered") {
  for (unsigned seed = 1; seed <= 10; ++seed) cut_power_once(seed);
}

TEST_CASE("rocksdb: a flipped bit in a table is named, and reading there is unavailable") {
  Opened opened;
  for (int i = 0; i < 200; ++i) REQUIRE(sync_wait(opened->ledger().append(draft(std::to_string(i)))));
  const auto copy = opened.path().parent_path() / "copy";
  REQUIRE(opened->backup(copy));  // flushes
  opened.close();
  CHECK(Database::verify(opened.path(), opened.clock, opened.log()));
  CHECK(Database::verify(copy, opened.clock, opened.log()));
  for (const auto& table : files_of(opened.path(), ".sst")) {
    flip_bit(table, 100);
    const auto verdict = Database::verify(opened.path(), opened.clock, opened.log());
    REQUIRE_FALSE(verdict);
    CHECK_MESSAGE(verdict.error().detail.find(table.filename()) != std::string::npos, verdict.error().detail);
    flip_bit(table, 100);
  }
  for (const auto& table : files_of(opened.path(), ".sst")) flip_bit(table, 100);
  if (const auto reopened = opened.try_open(); reopened) {
    const auto repeat = sync_wait(opened->ledger().append(draft("1")));
    REQUIRE_FALSE(repeat);
    CHECK(repeat.error().code == Code::unavailable);
  }
}

TEST_CASE("rocksdb: a copy made while running can be opened and goes on") {
  Opened opened;
  for (int i = 0; i < 20; ++i) REQUIRE(sync_wait(opened->ledger().append(draft(std::to_string(i)))));
  const auto copy = opened.path().parent_path() / "copy";
  REQUIRE(opened->backup(copy));
  REQUIRE_FALSE(opened->backup(copy));  // never over another
  REQUIRE(sync_wait(opened->ledger().append(draft("later"))));
  Metrics metrics;
  const auto restored = Database::open(copy, Settings{}, opened.clock, opened.log(), metrics);
  REQUIRE(restored);
  CHECK(sync_wait((*restored)->ledger().find("ann/19"))->has_value());
  CHECK(sync_wait((*restored)->ledger().append(draft("new")))->seq == 21);
}

TEST_CASE("rocksdb: a directory that cannot be opened is named") {
  testing::Directory directory;
  testing::Silence silence;
  ManualClock clock;
  Metrics metrics;
  std::ofstream(directory.path() / "messages") << "a file";
  const auto opened = Database::open(directory.path() / "messages", Settings{}, clock, silence.log(), metrics);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().detail.find("messages") != std::string::npos);
}

}  // namespace
}  // namespace godwit::rocks

#include "engine/rocksdb/database.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "dispatch/ledger_suite.hpp"
#include "engine/rocksdb/log_tails.hpp"
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
  bed.opened->ledger().on_commit(
      [&](std::span<const dispatch::Committed> batch) { heard += static_cast<int>(batch.size()); });
  REQUIRE(bed.send("a"));
  CHECK_FALSE(bed.opened->trouble());
  std::atomic<bool>* fault = nullptr;
  bool heals = false;
  SUBCASE("the sync fails") { fault = &bed.files->fail_log_sync; }
  SUBCASE("the append fails") { fault = &bed.files->fail_log_append; }
  SUBCASE("the disk is full for a while") {
    fault = &bed.files->disk_full;
    heals = true;
  }
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
  if (heals) {
    for (int i = 0; i < 150 && bed.opened->trouble(); ++i) {  // RocksDB looks for room every 5 s
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      bed.opened.clock.advance(1000);
      (void)bed.send("d");
    }
    CHECK_FALSE(bed.opened->trouble());
  }
  bed.opened.open();
  CHECK(sync_wait(bed.opened->ledger().find("ann/a"))->has_value());
  const auto again = bed.send("b");  // perhaps stored after all: the same or the first time, but one message
  REQUIRE(again);
  CHECK(again->seq >= 2);
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
      std::this_thread::sleep_for(std::chrono::microseconds(500 + std::mt19937(seed)() % 20'000));
      bed.files->cut_power();
    }
    bed.opened.close();
    bed.files->lose_unsynced();
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

TEST_CASE("rocksdb: a torn last record is dropped, and only it") {
  FaultyBed bed;
  REQUIRE(bed.send("a"));
  REQUIRE(bed.send("b"));
  bed.opened.close();
  const auto logs = files_of(bed.opened.path(), ".log");
  REQUIRE(logs.size() == 1);
  std::filesystem::resize_file(logs[0], std::filesystem::file_size(logs[0]) - 5);
  bed.opened.open();
  CHECK(sync_wait(bed.opened->ledger().find("ann/a"))->has_value());
  CHECK_FALSE(sync_wait(bed.opened->ledger().find("ann/b"))->has_value());
  CHECK(bed.send("c")->seq == 2);
}

TEST_CASE("rocksdb: a flipped bit in the log is named") {
  FaultyBed bed;
  for (int i = 0; i < 200; ++i) REQUIRE(bed.send(std::to_string(i)));
  bed.opened.close();
  const auto logs = files_of(bed.opened.path(), ".log");
  REQUIRE(logs.size() == 1);
  const auto size = std::filesystem::file_size(logs[0]);
  std::mt19937 random(7);
  for (int i = 0; i < 20; ++i) {
    const auto at = random() % size;
    flip_bit(logs[0], at);
    const auto opened = bed.opened.try_open();
    CHECK_MESSAGE(!opened, "opened with a flipped bit at ", at, " of ", size);
    if (!opened)
      CHECK_MESSAGE(opened.error().detail.find(logs[0].filename()) != std::string::npos, opened.error().detail);
    if (opened) break;
    flip_bit(logs[0], at);
  }
}

/// A length that now reaches beyond the end looks like a torn record to RocksDB.
TEST_CASE("rocksdb: a flipped bit anywhere at the end of the log is named") {
  FaultyBed bed;
  for (int i = 0; i < 4; ++i) REQUIRE(bed.send(std::to_string(i)));
  bed.opened.close();
  const auto log = files_of(bed.opened.path(), ".log").at(0);
  const auto kept = log.parent_path().parent_path() / "kept";
  std::filesystem::copy(bed.opened.path(), kept, std::filesystem::copy_options::recursive);
  std::size_t torn = 0;
  const auto size = std::filesystem::file_size(log);
  for (std::uintmax_t at = 0; at < size; at += at < size / 2 ? 1 : 13) {
    std::filesystem::copy_file(kept / log.filename(), log, std::filesystem::copy_options::overwrite_existing);
    flip_bit(log, at);
    const auto checked = check_log_tails(bed.opened.path());
    if (!checked) CHECK(checked.error().detail.find(log.filename()) != std::string::npos);
    torn += checked ? 0 : 1;
  }
  CHECK(torn >= 1);  // lengths; the rest is for RocksDB's checksums
  std::filesystem::copy_file(kept / log.filename(), log, std::filesystem::copy_options::overwrite_existing);
  CHECK(check_log_tails(bed.opened.path()));
  CHECK(bed.opened.try_open());
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

#include "engine/rocksdb/log_check.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <random>

#include "dispatch/ledger_suite.hpp"
#include "engine/rocksdb/test_bed.hpp"

namespace godwit::rocks {
namespace {

namespace fs = std::filesystem;
using dispatch::suite::draft;

/// A store with some messages, at rest; and its newest log, to be spoilt and put back.
struct Rest {
  testing::Opened opened;
  fs::path log, kept;

  explicit Rest(int messages) {
    for (int i = 0; i < messages; ++i) send(i);
    opened.close();
    log = logs().back();
    kept = opened.path().parent_path() / "kept";
    fs::copy(opened.path(), kept, fs::copy_options::recursive);
  }
  void send(int i) { REQUIRE(sync_wait(opened->ledger().append(draft(std::to_string(i))))); }
  [[nodiscard]] std::vector<fs::path> logs() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(opened.path())) {
      if (entry.path().extension() == ".log" && entry.file_size() > 0) found.push_back(entry.path());
    }
    std::ranges::sort(found);
    return found;
  }
  void put_back() {
    fs::remove_all(opened.path());
    fs::copy(kept, opened.path(), fs::copy_options::recursive);
  }
  [[nodiscard]] bool has(int i) { return sync_wait(opened->ledger().find("ann/" + std::to_string(i)))->has_value(); }
};

void flip_bit(const fs::path& path, std::uintmax_t at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(at));
  const char byte = static_cast<char>(file.get() ^ 0x10);
  file.seekp(static_cast<std::streamoff>(at));
  file.put(byte);
}

template <class Verdict>
bool names(const Verdict& verdict, const fs::path& file) {
  return !verdict && verdict.error().detail.find(file.filename()) != std::string::npos;
}

}  // namespace

TEST_CASE("rocksdb: a log that is shorter than what was synced is named, wherever it was cut") {
  Rest rest(40);
  const auto size = fs::file_size(rest.log);
  std::mt19937 random(3);
  for (int i = 0; i < 20; ++i) {
    fs::resize_file(rest.log, i == 0 ? 0 : random() % size);
    CHECK(names(check_logs(rest.opened.path(), SyncedLength::read(rest.opened.path())), rest.log));
    const auto opened = rest.opened.try_open();
    CHECK(names(opened, rest.log));
    CHECK(opened.error().detail.find("SYNCED") != std::string::npos);  // what to do
    CHECK(names(Database::verify(rest.opened.path(), rest.opened.clock, rest.opened.log()), rest.log));
    rest.put_back();
  }
  fs::remove(rest.log);
  CHECK(names(rest.opened.try_open(), rest.log));
}

TEST_CASE("rocksdb: whoever removes SYNCED goes on without what is missing") {
  Rest rest(3);
  fs::resize_file(rest.log, fs::file_size(rest.log) - 5);
  REQUIRE_FALSE(rest.opened.try_open());
  fs::remove(SyncedLength::path(rest.opened.path()));
  rest.opened.open();
  CHECK(rest.has(1));
  CHECK_FALSE(rest.has(2));
  CHECK(sync_wait(rest.opened->ledger().append(draft("next")))->seq == 3);
}

TEST_CASE("rocksdb: a flipped bit in the log is named, with SYNCED and without") {
  Rest rest(200);
  const auto size = fs::file_size(rest.log);
  std::mt19937 random(7);
  for (int i = 0; i < 40; ++i) {
    const auto at = random() % (size / 2);
    flip_bit(rest.log, at);
    if (i % 2 == 0) fs::remove(SyncedLength::path(rest.opened.path()));
    const auto opened = rest.opened.try_open();
    CHECK_MESSAGE(names(opened, rest.log), "flipped at ", at, " of ", size);
    rest.put_back();
  }
  for (auto at = size - 200; at < size; at += 7) {  // the last records: a wrong length looks like a torn one
    flip_bit(rest.log, at);
    CHECK_MESSAGE(names(rest.opened.try_open(), rest.log), "flipped at ", at, " of ", size);
    rest.put_back();
  }
}

/// A power cut leaves any of the pages that were not synced, and zeros for the others.
TEST_CASE("rocksdb: what lies after the synced length may be anything, and the store opens") {
  Rest rest(10);
  const auto synced = SyncedLength::read(rest.opened.path());
  REQUIRE(synced);
  REQUIRE(synced->length == fs::file_size(rest.log));
  std::mt19937 random(11);
  for (int i = 0; i < 20; ++i) {
    {
      std::ofstream file(rest.log, std::ios::binary | std::ios::app);
      const auto kind = i % 4;
      std::string tail(random() % 100'000, '\0');
      if (kind != 0) {
        for (auto& byte : tail) byte = static_cast<char>(random());
      }
      if (kind == 2) tail.replace(0, std::min<std::size_t>(tail.size(), 5000), std::string(5000, '\0'));
      if (kind == 3) {  // whole records of this very log, after a hole
        std::ifstream own(rest.log, std::ios::binary);
        const std::string all((std::istreambuf_iterator<char>(own)), {});
        tail.assign(4096 - all.size() % 4096, '\0');
        tail += all;
      }
      file << tail;
    }
    CHECK(Database::verify(rest.opened.path(), rest.opened.clock, rest.opened.log()));
    const auto opened = rest.opened.try_open();
    REQUIRE_MESSAGE(opened, opened.error().detail);
    for (int message = 0; message < 10; ++message) CHECK(rest.has(message));
    CHECK(sync_wait(rest.opened->ledger().append(draft("next")))->seq == 11);
    rest.opened.close();
    rest.put_back();
  }
}

TEST_CASE("rocksdb: a damaged SYNCED is no word at all") {
  Rest rest(3);
  flip_bit(SyncedLength::path(rest.opened.path()), 12);
  CHECK_FALSE(SyncedLength::read(rest.opened.path()));
  rest.opened.open();
  CHECK(rest.has(2));
}

}  // namespace godwit::rocks

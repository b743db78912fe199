#include "engine/sqlite/seal.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <random>

#include "archive/archive_store_suite.hpp"
#include "engine/sqlite/accounts_fixture.hpp"
#include "engine/sqlite/archive_scratch.hpp"
#include "engine/sqlite/accounts_backend.hpp"
#include "user/store/store_fixture.hpp"

namespace godwit::engine::sqlite {
namespace {

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {(std::istreambuf_iterator<char>(file)), {}};
}

void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

Result<std::unique_ptr<AccountsDatabase>> open_accounts(const std::string& path) {
  static ManualClock clock;
  static Log log(-1);
  static Metrics metrics;
  return AccountsDatabase::open(path, {.readers = 1}, clock, log, metrics);
}

/// As it would lie there after a kill: the log is still beside the file.
struct Killed {
  Folder folder;
  std::string path = folder.file("killed.db");

  Killed() {
    const auto live = folder.file("live.db");
    const Opened opened(live);
    suite::add_people(opened.database->store(), {suite::kAnn, suite::kBob, suite::kCarl});
    for (const auto* ending : {"", "-wal", "-seal"}) write_bytes(path + ending, bytes_of(live + ending));
  }
  void forget_shared_memory() const { fs::remove(path + "-shm"); }
};

}  // namespace

TEST_CASE("seal: a changed byte of the accounts is never served, wherever it is") {
  const Folder folder;
  const auto path = folder.file("accounts.db");
  {
    const Opened opened(path);
    user::BulkData data;
    data.password_hash = std::string(100, 'x');
    for (int i = 0; i < 300; ++i) data.users.push_back(suite::account(UserKey("user" + std::to_string(i))).user);
    suite::taken(opened.database->loader().load(data, suite::kNow));
  }
  const auto whole = bytes_of(path);
  std::mt19937 random(5);
  int named = 0;
  for (int i = 0; i < 40; ++i) {
    auto bent = whole;
    const auto at = i == 0 ? bent.find("user150") : random() % bent.size();
    bent[at] = static_cast<char>(bent[at] ^ 1);
    write_bytes(path, bent);
    const auto opened = open_accounts(path);
    const bool good = opened && (*opened)->check();
    const auto all = opened ? sync_wait((*opened)->store().read(
                                  [](user::Tables& tables) { return tables.accounts.list(UserKey{}, 10'000); }))
                            : fail(Code::unavailable);
    CHECK_MESSAGE((!good || all), "at ", at);
    if (all) {  // read in full: then as it was
      CHECK(all->size() == 300);
      for (const auto& user : *all) CHECK(user.key.str().starts_with("user"));
    }
    named += good ? 0 : 1;
    if (i == 0) CHECK_FALSE(all);
  }
  CHECK(named > 30);  // the others: pages that nothing refers to
  write_bytes(path, whole);
  CHECK((*open_accounts(path))->check());
}

TEST_CASE("seal: an accounts log that lost what was synced is named, and whoever removes the seal goes on") {
  const Killed killed;
  const auto wal = bytes_of(killed.path + "-wal"), db = bytes_of(killed.path), seal = bytes_of(killed.path + "-seal");
  REQUIRE(wal.size() > 4 * 4120);
  const auto put_back = [&] {
    killed.forget_shared_memory();
    write_bytes(killed.path, db);
    write_bytes(killed.path + "-wal", wal);
    write_bytes(killed.path + "-seal", seal);
  };
  REQUIRE(open_accounts(killed.path).has_value());
  std::mt19937 random(9);
  for (int i = 0; i < 20; ++i) {
    put_back();
    auto bent = wal;
    if (i % 2 == 0)
      bent.resize(i == 0 ? 0 : random() % wal.size());
    else
      bent[random() % bent.size()] ^= 4;
    write_bytes(killed.path + "-wal", bent);
    const auto refused = open_accounts(killed.path);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().detail.find(killed.path + "-wal") == 0);
    CHECK(refused.error().detail.find(killed.path + "-seal") != std::string::npos);
  }
  put_back();
  fs::remove(killed.path + "-wal");
  CHECK_FALSE(open_accounts(killed.path).has_value());
  put_back();
  write_bytes(killed.path + "-wal", wal.substr(0, wal.size() - 1));
  fs::remove(killed.path + "-seal");
  CHECK(open_accounts(killed.path).has_value());
}

TEST_CASE("seal: after what was synced a log may hold anything") {
  const Killed killed;
  const auto wal = bytes_of(killed.path + "-wal");
  write_bytes(killed.path + "-wal", wal + std::string(10'000, '\x5A'));
  const auto opened = open_accounts(killed.path);
  REQUIRE(opened.has_value());
  CHECK((*opened)->check());
}

/// The log of a long life was begun anew, cut and removed many times.
TEST_CASE("seal: a healthy database is never called damaged") {
  const Folder folder;
  const auto path = folder.file("accounts.db");
  for (int life = 0; life < 6; ++life) {
    const auto opened = open_accounts(path);
    REQUIRE_MESSAGE(opened.has_value(), opened.error().detail);
    CHECK((*opened)->check());
    for (int i = 0; i < 300; ++i) {
      auto account = suite::account(UserKey("a" + std::to_string(life) + "x" + std::to_string(i)));
      account.user.bio.assign(4000, 'b');
      REQUIRE(sync_wait((*opened)->store().write([&](user::Tables& tables) { return tables.accounts.add(account); },
                                                 i % 3 == 0 ? user::Durability::relaxed : user::Durability::synced)));
      if (i % 100 != 50) continue;
      const auto copy = folder.file("copy.db");
      for (const auto* ending : {"", "-wal", "-seal"}) write_bytes(copy + ending, bytes_of(path + ending));
      fs::remove(copy + "-shm");
      const auto killed = open_accounts(copy);
      REQUIRE_MESSAGE(killed.has_value(), killed.error().detail);
      CHECK((*killed)->check());
    }
  }
}

TEST_CASE("seal: a changed byte in the archive's trees is named") {
  using namespace archive::suite;
  ScratchArchive archive;
  Author author;
  std::vector<MessagePtr> batch;
  for (int i = 0; i < 3000; ++i) batch.push_back(author.says(kTwo, "alice", "a text " + std::to_string(i)));
  put(*archive, batch);
  archive.close();
  const auto whole = bytes_of(archive.path());
  std::mt19937 random(13);
  for (int i = 0; i < 30; ++i) {
    auto bent = whole;
    bent[random() % bent.size()] ^= 2;
    write_bytes(archive.path(), bent);
    const auto checked = check_archive(archive.path());
    CHECK((!checked || !checked->empty()));
  }
  write_bytes(archive.path(), whole);
  CHECK(check_archive(archive.path())->empty());
}

}  // namespace godwit::engine::sqlite

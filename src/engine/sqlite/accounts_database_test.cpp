#include "engine/sqlite/accounts_database.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>

#include "base/utf8.hpp"
#include "domain/name_beginnings.hpp"
#include "engine/sqlite/accounts_backend.hpp"
#include "engine/sqlite/accounts_fixture.hpp"
#include "user/every_suite.hpp"

namespace godwit::engine::sqlite {
namespace {
const suite::MakeBed kMake = make_sqlite_bed;

void damage(const std::string& path, std::streamoff from) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(from);
  const std::string rubbish(8192, '\xA5');
  file.write(rubbish.data(), static_cast<std::streamsize>(rubbish.size()));
}
}  // namespace

TEST_SUITE("accounts on SQLite") {
  TEST_CASE("every store") { suite::every_store(kMake); }

  TEST_CASE("what names are found by is made for a file of an older form, or of another fold, and goes on") {
    const Folder folder;
    const auto path = folder.file("accounts.db");
    const auto found = [&](const Opened& opened) { return suite::found_keys(opened.database->store(), "小明", 50); };
    const std::vector<std::string> both{"ann", "bob"};
    {
      const Opened opened(path);
      for (const auto& key : {suite::kAnn, suite::kBob})
        suite::write(opened.database->store(),
                     [&](user::Tables& tables) { return tables.accounts.add(suite::account(key, "Bob 王小明")); });
    }
    const auto with = [&](const std::string& sql) {
      SociConnection(open_accounts(path, SociConnection::Mode::writer)).execute(sql);
      const Opened opened(path);
      return found(opened);
    };
    CHECK(with("DELETE FROM name_words").empty());  // of this version, and so left alone
    CHECK(with("UPDATE name_words_state SET version = 'another'") == both);
    CHECK(with("DELETE FROM name_words; UPDATE name_words_state SET whole = 0, reached = 'ann'") ==
          std::vector<std::string>{"bob"});
    CHECK(with("INSERT INTO name_words VALUES ('stale', 'ann'); UPDATE name_words_state SET version = 'another'") ==
          both);
    CHECK(with("DELETE FROM schema_migrations WHERE version >= 7; DROP TABLE name_words; DROP TABLE name_words_state;"
               "DROP TABLE change_outbox; ALTER TABLE notice_outbox ADD COLUMN to_members SMALLINT NOT NULL DEFAULT 0;"
               "ALTER TABLE notice_outbox ADD COLUMN to_users TEXT NOT NULL DEFAULT '';"
               "DROP TABLE invites; ALTER TABLE service_keys DROP COLUMN scopes;"
               "ALTER TABLE service_keys DROP COLUMN expires_at; ALTER TABLE service_keys DROP COLUMN last_used_at;"
               "ALTER TABLE accounts ADD COLUMN name_folded VARCHAR(64) NOT NULL DEFAULT '';"
               "CREATE INDEX accounts_by_name ON accounts (name_folded, user_key)") == both);
    const Opened opened(path);
    CHECK(suite::found_keys(opened.database->store(), "stale", 50).empty());
    CHECK(opened.database->check().has_value());
  }

  TEST_CASE("what one name is found by is bounded") {
    std::string longest;
    for (int i = 0; i < 64; ++i) longest += "\uFDFA";
    CHECK(name_beginnings(longest).size() <= kNameBeginnings);
    for (const auto& word : name_beginnings(longest)) CHECK(characters(word) <= kNameCharacters);
    CHECK(name_beginnings("Bob 王小明") == std::vector<std::string>{"bob 王小明", "小明", "明", "王小明"});
    CHECK(name_beginnings(" \t").empty());
  }

  TEST_CASE("a file of a newer form is refused") {
    const Folder folder;
    const auto path = folder.file("accounts.db");
    {
      const Opened opened(path);
    }
    SociConnection(open_accounts(path, SociConnection::Mode::writer))
        .execute("INSERT INTO schema_migrations VALUES (999, 'later', 0)");
    ManualClock clock;
    Log log(-1);
    Metrics metrics;
    const auto refused = AccountsDatabase::open(path, {}, clock, log, metrics);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().detail.find("newer") != std::string::npos);
  }

  TEST_CASE("a file from before there were admins is brought forward, and nobody in it is one") {
    const Folder folder;
    const auto path = folder.file("accounts.db");
    {
      const Opened opened(path);
      suite::add_people(opened.database->store(), {suite::kAnn});
    }
    {
      SociConnection connection(open_accounts(path, SociConnection::Mode::writer));
      for (const auto* sql : {"DROP TABLE name_words",
                              "DROP TABLE name_words_state",
                              "ALTER TABLE accounts ADD COLUMN name_folded VARCHAR(64) NOT NULL DEFAULT ''",
                              "CREATE INDEX accounts_by_name ON accounts (name_folded, user_key)",
                              "ALTER TABLE notice_outbox ADD COLUMN to_members SMALLINT NOT NULL DEFAULT 0",
                              "ALTER TABLE notice_outbox ADD COLUMN to_users TEXT NOT NULL DEFAULT ''",
                              "DROP TABLE change_outbox",
                              "DROP TABLE group_mutes",
                              "DROP INDEX notice_outbox_by_replaces",
                              "DROP INDEX group_members_by_user_role",
                              "ALTER TABLE notice_outbox DROP COLUMN replaces",
                              "ALTER TABLE accounts DROP COLUMN group_invites",
                              "DROP INDEX friend_requests_by_pair",
                              "DROP INDEX friend_requests_by_state",
                              "DROP INDEX friend_requests_by_answer",
                              "ALTER TABLE friend_requests DROP COLUMN answered_at",
                              "DROP INDEX group_requests_by_pair",
                              "DROP INDEX group_requests_by_state",
                              "DROP INDEX group_requests_by_answer",
                              "ALTER TABLE group_requests DROP COLUMN answered_at",
                              "DROP TABLE invites",
                              "ALTER TABLE service_keys DROP COLUMN scopes",
                              "ALTER TABLE service_keys DROP COLUMN expires_at",
                              "ALTER TABLE service_keys DROP COLUMN last_used_at",
                              "DROP TABLE audit_log",
                              "DROP INDEX sessions_by_expiry",
                              "ALTER TABLE accounts DROP COLUMN admin",
                              "DELETE FROM schema_migrations WHERE version > 4"})
        connection.execute(sql);
    }
    const Opened opened(path);
    const auto ann =
        suite::read(opened.database->store(), [](user::Tables& tables) { return tables.accounts.find(suite::kAnn); });
    REQUIRE(ann.has_value());
    CHECK_FALSE(ann->user.admin);
    CHECK(suite::write(opened.database->store(),
                       [](user::Tables& tables) { return tables.admins.set_admin(suite::kAnn, true); }));
  }

  TEST_CASE("what is no database is refused by name, and nothing of it is changed") {
    const Folder folder;
    const auto path = folder.file("accounts.db");
    std::ofstream(path) << "this is a letter, and a long one at that, so that it is not taken for an empty file";
    const auto size = fs::file_size(path);
    ManualClock clock;
    Log log(-1);
    Metrics metrics;
    const auto refused = AccountsDatabase::open(path, {}, clock, log, metrics);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().detail.find(path) == 0);
    CHECK(fs::file_size(path) == size);
  }

  TEST_CASE("check finds damage, and a damaged read is an error") {
    const Folder folder;
    const auto path = folder.file("accounts.db");
    {
      const Opened opened(path);
      CHECK(opened.database->check().has_value());
      user::BulkData data;
      data.password_hash = std::string(100, 'x');
      for (int i = 0; i < 5000; ++i) data.users.push_back(suite::account(UserKey("user" + std::to_string(i))).user);
      suite::taken(opened.database->loader().load(data, suite::kNow));
    }
    for (const int place : {200, 300, 400, 500}) damage(path, place * 1024);
    const Opened opened(path);
    CHECK_FALSE(opened.database->check().has_value());
    const auto all = sync_wait(
        opened.database->store().read([](user::Tables& tables) { return tables.accounts.list(UserKey{}, 10'000); }));
    REQUIRE_FALSE(all.has_value());
    CHECK(all.error().code == Code::unavailable);
  }

  TEST_CASE("a full disk is unavailable, and the store goes on when there is room again") {
    const Folder folder;
    const Opened opened(folder.file("accounts.db"));
    auto& store = opened.database->store();
    suite::add_people(store, {suite::kAnn});
    // A limit on the size of files stands for the full disk: writes fail with EFBIG, which SQLite takes for an I/O
    // error.
    const auto before = std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    getrlimit(RLIMIT_FSIZE, &limit);
    const rlimit small{.rlim_cur = 64 * 1024, .rlim_max = limit.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    bool failed = false;
    for (int i = 0; i < 200 && !failed; ++i) {
      auto big = suite::account(UserKey("big" + std::to_string(i)));
      big.user.bio.assign(10'000, 'x');
      const auto added = sync_wait(store.write([&](user::Tables& tables) { return tables.accounts.add(big); }));
      failed = !added.has_value();
      if (failed) CHECK(added.error().code == Code::unavailable);
    }
    setrlimit(RLIMIT_FSIZE, &limit);
    std::signal(SIGXFSZ, before);
    CHECK(failed);
    suite::add_people(store, {suite::kBob});
    CHECK(suite::read(store, [](user::Tables& tables) { return tables.accounts.find(suite::kAnn); }).has_value());
    CHECK(opened.database->check().has_value());
  }

  TEST_CASE("a copy made while writing is whole, and as private as the file") {
    const Folder folder;
    const Opened opened(folder.file("accounts.db"));
    suite::add_people(opened.database->store(), {suite::kAnn, suite::kBob});
    std::atomic<bool> never = false, cancelled = true;
    CHECK_FALSE(opened.database->back_up(folder.file("copy.db"), cancelled).has_value());
    CHECK_FALSE(fs::exists(folder.file("copy.db")));
    suite::taken(opened.database->back_up(folder.file("copy.db"), never));
    for (const auto* name : {"accounts.db", "accounts.db-wal", "copy.db"}) {
      CHECK((fs::status(folder.file(name)).permissions() & fs::perms::all) ==
            (fs::perms::owner_read | fs::perms::owner_write));
    }
    CHECK_FALSE(opened.database->back_up(folder.file("copy.db"), never).has_value());
    suite::add_people(opened.database->store(), {suite::kCarl});
    const Opened copy(folder.file("copy.db"));
    CHECK(copy.database->check().has_value());
    CHECK(suite::read(copy.database->store(), [](user::Tables& tables) {
            return tables.accounts.list(UserKey{}, 9);
          }).size() == 2);
  }

  TEST_CASE("too many waiting reads are refused, and the others answered") {
    const Folder folder;
    ManualClock clock;
    Log log(-1);
    Metrics metrics;
    const auto database = suite::taken(AccountsDatabase::open(
        folder.file("a.db"), {.readers = 1, .read_queue = 2, .write_queue = 2}, clock, log, metrics));
    std::atomic<int> refused = 0, answered = 0;
    std::atomic<bool> go = false;
    std::vector<std::jthread> threads;
    std::atomic<bool> busy = false;
    for (int i = 0; i < 8; ++i) {
      while (i == 1 && !busy) std::this_thread::yield();  // the first one runs, and waits in no queue
      threads.emplace_back([&] {
        const auto done = sync_wait(database->store().read([&](user::Tables&) -> Result<void> {
          busy = true;
          go.wait(false);
          return {};
        }));
        (done ? answered : refused)++;
      });
    }
    while (refused < 5) std::this_thread::yield();
    go = true;
    go.notify_all();
    threads.clear();
    CHECK(refused == 5);
    CHECK(answered == 3);
  }
}

/// A failure is logged; what was bound to the statement (a password hash, a name) must not be.
TEST_CASE("accounts: a failure says what went wrong and repeats no bound value") {
  SociConnection connection(open_accounts(":memory:", SociConnection::Mode::writer));
  connection.execute("CREATE TABLE hashes (hash TEXT CHECK (length(hash) < 3))");
  try {
    connection.run("INSERT INTO hashes (hash) VALUES (:hash)", "", "$argon2id$secret");
    FAIL("taken");
  } catch (const StoreFailure& failure) {
    CHECK(failure.reason.find("CHECK constraint failed") != std::string::npos);
    CHECK(failure.reason.find("secret") == std::string::npos);
  }
}

}  // namespace godwit::engine::sqlite

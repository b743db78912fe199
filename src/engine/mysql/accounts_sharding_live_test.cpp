#include <chrono>
#include <set>
#include <thread>

#include "engine/mysql/sharding_fixture.hpp"
#include "user/store/account_store_suite.hpp"
#include "user/store/session_store_suite.hpp"

/// ShardingSphere-Proxy 5.1.0 between the accounts' tables and two databases: what stays inside one of them, and what
/// is seen where it does not. docs/deploy-many.md says what follows from it.
namespace godwit::mysql::testing {
namespace {
using namespace std::chrono_literals;
using user::Tables;

// What SQL, JDBC and the proxy's own parser might take for something else.
constexpr const char* kAwkward = R"(世界 🐦 O'Neil "x" \ ? :x {d '1'} -- /* ; %)";

UserKey person(int number) { return UserKey("person" + std::to_string(number)); }

Result<void> run(user::Store& store, const user::Store::Work& work) {
  return sync_wait(store.run_write(work, user::Durability::synced));
}
Result<void> add_session(Tables& tables, const std::string& id, const UserKey& user) {
  return tables.sessions.add(suite::session(id.c_str(), user, suite::kNow));
}
Result<void> add_group(Tables& tables, const GroupKey& key, const UserKey& owner) {
  return tables.groups.add({.key = key,
                            .name = kAwkward,
                            .notice = {},
                            .avatar = {},
                            .policy = JoinPolicy::approval,
                            .owner = owner,
                            .created_at = suite::kNow});
}
Result<bool> add_member(Tables& tables, const GroupKey& group, const UserKey& user) {
  return tables.members.add(group, {.user = user, .role = Role::member, .muted_until = 0, .joined_at = suite::kNow});
}

/// Somebody of each database: by where the rows are, not by how the proxy counts.
std::array<UserKey, 2> one_of_each(const ShardedAccounts& accounts) {
  std::array<UserKey, 2> found;
  for (int i = 0; found[0].str().empty() || found[1].str().empty(); ++i) {
    REQUIRE(i < 24);
    found[accounts.home("accounts", "user_key", person(i).str())] = person(i);
  }
  return found;
}

void people_are_each_in_one_database(ShardedAccounts& accounts) {
  auto& store = accounts.store();
  std::array<int, 2> of{};
  for (int i = 0; i < 24; ++i) {
    const auto key = person(i);
    CHECK(suite::write(store, [&](Tables& tables) { return tables.accounts.add(suite::account(key)); }));
    CHECK_FALSE(suite::write(store, [&](Tables& tables) { return tables.accounts.add(suite::account(key)); }));
    CHECK(suite::write(store, [&](Tables& tables) { return tables.accounts.set_password(key, "$argon2id$" + key.str()); }));
    CHECK(suite::write(store, [&](Tables& tables) {
      return tables.accounts.change_profile({.key = key, .name = kAwkward, .bio = "?", .avatar = {}});
    }));
    const auto found = suite::read(store, [&](Tables& tables) { return tables.accounts.find(key); });
    REQUIRE(found.has_value());
    CHECK(found->user.name == kAwkward);
    CHECK(found->user.created_at == suite::kNow);
    CHECK(found->password_hash == "$argon2id$" + key.str());
    const auto home = accounts.home("accounts", "user_key", key.str());
    CHECK(accounts.home("name_words", "user_key", key.str()) == home);
    ++of[home];
  }
  MESSAGE("people: " << of[0] << " in one database, " << of[1] << " in the other");
  CHECK(of[0] > 0);
  CHECK(of[1] > 0);
  CHECK_FALSE(suite::write(store, [](Tables& tables) { return tables.accounts.set_disabled(UserKey("nobody"), true); }));
}

void sessions_are_each_in_one_database(ShardedAccounts& accounts) {
  auto& store = accounts.store();
  std::set<std::size_t> homes;
  for (int i = 0; i < 12; ++i) {
    const auto id = "session" + std::to_string(i);
    suite::write(store, [&](Tables& tables) { return add_session(tables, id, person(i)); });
    homes.insert(accounts.home("sessions", "id", id));
    const std::vector<std::pair<SessionId, Millis>> seen{{SessionId(id), suite::kNow + 7}, {SessionId("ended"), 1}};
    suite::write(store, [&](Tables& tables) { return tables.sessions.touch(seen); });
    const auto found = suite::read(store, [&](Tables& tables) { return tables.sessions.find(SessionId(id)); });
    REQUIRE(found.has_value());
    CHECK(found->user == person(i));
    CHECK(found->device == DeviceId("device of " + id));
    CHECK(found->last_seen_at == suite::kNow + 7);
    CHECK(suite::write(store, [&](Tables& tables) { return tables.sessions.remove(SessionId(id)); }));
    CHECK_FALSE(suite::write(store, [&](Tables& tables) { return tables.sessions.remove(SessionId(id)); }));
    CHECK(accounts.nowhere("sessions", "id", id));
  }
  CHECK(homes.size() == 2);
}

void groups_are_each_in_one_database(ShardedAccounts& accounts) {
  auto& store = accounts.store();
  std::set<std::size_t> homes;
  for (int i = 0; i < 8; ++i) {
    const GroupKey key("group" + std::to_string(i));
    suite::write(store, [&](Tables& tables) -> Result<void> {
      CHECK_OK(add_group(tables, key, person(0)));
      CHECK_OK(add_member(tables, key, person(0)));
      CHECK_OK(add_member(tables, key, person(1)));
      return {};
    });
    const auto home = accounts.home("chat_groups", "group_key", key.str());
    homes.insert(home);
    CHECK(accounts.home("group_members", "group_key", key.str()) == home);
    const auto roster = suite::read(store, [&](Tables& tables) { return tables.groups.roster(key); });
    REQUIRE(roster != nullptr);
    CHECK(roster->members.size() == 2);
    CHECK(suite::read(store, [&](Tables& tables) { return tables.groups.find(key); })->member_count == 2);
    CHECK(suite::write(store, [&](Tables& tables) { return tables.members.remove(key, person(1)); }));
    CHECK(suite::read(store, [&](Tables& tables) { return tables.members.keys(key); }).size() == 1);
    suite::write(store, [&](Tables& tables) { return tables.groups.dissolve(key); });
    CHECK(accounts.nowhere("group_members", "group_key", key.str()));
  }
  CHECK(homes.size() == 2);
}

void an_error_undoes_the_transaction(ShardedAccounts& accounts) {
  auto& store = accounts.store();
  for (const auto& user : one_of_each(accounts)) {
    const auto refused = run(store, [&](Tables& tables) -> Result<void> {
      CHECK_OK(tables.accounts.set_password(user, "of the undone"));
      CHECK_OK(tables.blocks.add(user, person(0), suite::kNow));
      return fail(Code::blocked);
    });
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == Code::blocked);
    CHECK(accounts.nowhere("accounts", "password_hash", "of the undone"));
    CHECK(accounts.nowhere("blocks", "user_key", user.str()));
  }
}

// Whichever database it is: of statements over several, the proxy keeps errors of the second to itself.
void an_error_of_a_statement_is_told(ShardedAccounts& accounts) {
  auto& store = accounts.store();
  std::set<std::size_t> homes;
  for (int i = 0; i < 12; ++i) {
    const auto id = "twice" + std::to_string(i);
    suite::write(store, [&](Tables& tables) { return add_session(tables, id, person(i)); });
    homes.insert(accounts.home("sessions", "id", id));
    const auto again = run(store, [&](Tables& tables) -> Result<void> {
      CHECK_OK(tables.sessions.touch(std::vector<std::pair<SessionId, Millis>>{{SessionId(id), suite::kNow + 9}}));
      return add_session(tables, id, person(i));
    });
    REQUIRE_FALSE(again.has_value());
    CHECK(again.error().code == Code::unavailable);
    const auto found = suite::read(store, [&](Tables& tables) { return tables.sessions.find(SessionId(id)); });
    CHECK(found->last_seen_at == suite::kNow);
    const auto too_long = run(store, [&](Tables& tables) { return add_session(tables, id + std::string(33, 'x'), person(i)); });
    CHECK_FALSE(too_long.has_value());  // not cut: the proxy's connections are strict
  }
  CHECK(homes.size() == 2);
}

void who_waits_for_a_row_keeps_nobody_else_waiting(ShardedAccounts& accounts) {
  auto& store = accounts.store();
  const auto users = one_of_each(accounts);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto before = accounts.runs_again();
    auto holder = good(Connection::open(accounts.database(i)));
    good(holder.run("BEGIN; UPDATE accounts SET bio = 'held' WHERE user_key = '" + users[i].str() + "'"));
    std::atomic<int> done = 0;
    std::vector<std::jthread> waiting;
    for (std::size_t k = 1; k < ShardedAccounts::kWriters; ++k) {
      waiting.emplace_back([&] {
        if (run(store, [&](Tables& tables) -> Result<void> {
              CHECK_OK(tables.accounts.set_password(users[i], "at last"));
              return {};
            }))
          ++done;
      });
    }
    std::this_thread::sleep_for(300ms);
    const auto began = std::chrono::steady_clock::now();
    suite::write(store, [&](Tables& tables) { return tables.accounts.set_password(users[1 - i], "meanwhile"); });
    CHECK(suite::read(store, [&](Tables& tables) { return tables.accounts.find(users[i]); }).has_value());
    CHECK(std::chrono::steady_clock::now() - began < 1s);
    std::this_thread::sleep_for(2500ms);  // beyond the proxy's innodb_lock_wait_timeout
    CHECK(done == 0);
    good(holder.run("ROLLBACK"));
    waiting.clear();
    CHECK(done == static_cast<int>(ShardedAccounts::kWriters) - 1);
    CHECK(accounts.runs_again() > before);  // 1205 came through the proxy as what it is
    CHECK(suite::read(store, [&](Tables& tables) { return tables.accounts.find(users[i]); })->password_hash == "at last");
  }
}

void a_connection_that_ends_behind_the_proxy_is_told(ShardedAccounts& accounts) {
  auto& store = accounts.store();
  const auto users = one_of_each(accounts);
  for (std::size_t i = 0; i < 2; ++i) {
    for (const bool at_commit : {false, true}) {
      CAPTURE(i);
      CAPTURE(at_commit);
      const auto key = "killed" + std::to_string(i) + std::to_string(static_cast<int>(at_commit));
      int runs = 0;
      const auto done = run(store, [&](Tables& tables) -> Result<void> {
        ++runs;
        CHECK_OK(tables.accounts.set_password(users[i], key));
        if (runs == 1) CHECK(kill_connections(accounts.database(i)) > 0);
        if (!at_commit) CHECK_OK(tables.accounts.set_disabled(users[i], false));
        return {};
      });
      MESSAGE("runs " << runs << ", " << (done ? "done" : done.error().detail));
      CHECK(done.has_value() == !accounts.nowhere("accounts", "password_hash", key));
      CHECK(run(store, [&](Tables& tables) -> Result<void> {
        CHECK_OK(tables.accounts.set_password(users[i], "after"));
        return {};
      }).has_value());
    }
  }
}
}  // namespace

TEST_CASE("accounts through ShardingSphere-Proxy: what goes by one key stays in one of two databases, and its errors are told") {
  ShardedAccounts accounts;
  people_are_each_in_one_database(accounts);
  sessions_are_each_in_one_database(accounts);
  groups_are_each_in_one_database(accounts);
  an_error_undoes_the_transaction(accounts);
  an_error_of_a_statement_is_told(accounts);
  who_waits_for_a_row_keeps_nobody_else_waiting(accounts);
  a_connection_that_ends_behind_the_proxy_is_told(accounts);
}

}  // namespace godwit::mysql::testing

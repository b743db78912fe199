#include <algorithm>
#include <barrier>
#include <chrono>
#include <set>
#include <thread>

#include "engine/mysql/sharding_fixture.hpp"
#include "user/store/store_fixture.hpp"

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
Result<bool> add_member(Tables& tables, const GroupKey& group, const UserKey& user, Role role = Role::member) {
  return tables.members.add(group, {.user = user, .role = role, .muted_until = 0, .joined_at = suite::kNow});
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
    CHECK(suite::write(store,
                       [&](Tables& tables) { return tables.accounts.set_password(key, "$argon2id$" + key.str()); }));
    CHECK(suite::write(store, [&](Tables& tables) {
      return tables.accounts.change_profile({.key = key, .name = kAwkward, .bio = "?", .avatar = {}});
    }));
    const auto found = suite::read(store, [&](Tables& tables) { return tables.accounts.find(key); });
    REQUIRE(found.has_value());
    CHECK(found->user.name == kAwkward);
    CHECK(found->user.created_at == suite::kNow);
    CHECK(found->password_hash == "$argon2id$" + key.str());
    const auto home = accounts.home("accounts", "user_key", key.str());
    const auto words = accounts.home("name_words", "user_key", key.str());
    CHECK(words == home);
    ++of[home];
  }
  MESSAGE("people: " << of[0] << " in one database, " << of[1] << " in the other");
  CHECK(of[0] > 0);
  CHECK(of[1] > 0);
  CHECK_FALSE(
      suite::write(store, [](Tables& tables) { return tables.accounts.set_disabled(UserKey("nobody"), true); }));
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
    const auto members = accounts.home("group_members", "group_key", key.str());
    CHECK(members == home);
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

// On every connection that the store has to the proxy, all in use at a time.
void every_connection_undoes(ShardedAccounts& accounts) {
  std::barrier all(static_cast<std::ptrdiff_t>(ShardedAccounts::kWriters));
  std::vector<std::jthread> threads;
  for (int i = 0; i < static_cast<int>(ShardedAccounts::kWriters); ++i) {
    threads.emplace_back([&, i] {
      (void)run(accounts.store(), [&](Tables& tables) -> Result<void> {
        const auto changed = tables.accounts.set_password(person(i), "of the undone");
        all.arrive_and_wait();
        CHECK_OK(changed);
        return fail(Code::blocked);
      });
    });
  }
  threads.clear();
  CHECK(accounts.nowhere("accounts", "password_hash", "of the undone"));
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
    const auto too_long =
        run(store, [&](Tables& tables) { return add_session(tables, id + std::string(33, 'x'), person(i)); });
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
    CHECK(suite::read(store, [&](Tables& tables) { return tables.accounts.find(users[i]); })->password_hash ==
          "at last");
  }
}

// The proxy gives it numbers of its own (1815, 1997), which the store takes for a failure like any other: told, nothing
// kept, not run again. So is each idle connection of the pool, when it is next used.
void a_connection_that_ends_behind_the_proxy_is_told(ShardedAccounts& accounts) {
  auto& store = accounts.store();
  const auto users = one_of_each(accounts);
  for (std::size_t i = 0; i < 2; ++i) {
    for (const bool before_commit : {false, true}) {
      CAPTURE(i);
      CAPTURE(before_commit);
      const auto done = run(store, [&](Tables& tables) -> Result<void> {
        CHECK_OK(tables.accounts.set_password(users[i], "of the killed"));
        CHECK(kill_connections(accounts.database(i)) > 0);
        if (!before_commit) CHECK_OK(tables.accounts.set_disabled(users[i], false));
        return {};
      });
      REQUIRE_FALSE(done.has_value());
      CHECK(done.error().code == Code::unavailable);
      CHECK(accounts.nowhere("accounts", "password_hash", "of the killed"));
      int failed = 0;
      while (!run(store, [&](Tables& tables) -> Result<void> {
        CHECK_OK(tables.accounts.set_password(users[i], "after"));
        return {};
      })) {
        REQUIRE(++failed < 40);
      }
      const auto home = accounts.home("accounts", "password_hash", "after");
      CHECK(home == i);
      CHECK(suite::write(store, [&](Tables& tables) { return tables.accounts.set_password(users[i], "later"); }));
    }
  }
}

// ---- what reaches over both

// Who owes a lock to a write (each that looks before it changes) does not get it: the proxy's grammar has no FORCE
// INDEX with FOR UPDATE.
void no_lock_is_to_be_had(ShardedAccounts& accounts) {
  const auto held = run(accounts.store(), [](Tables& tables) { return user::hold(tables, {person(0)}); });
  REQUIRE_FALSE(held.has_value());
  CHECK(held.error().code == Code::unavailable);
}

// A statement without the key goes to both: a plain list is merged and right, in a transaction.
void plain_lists_are_merged(ShardedAccounts& accounts) {
  auto& store = accounts.store();
  const auto people = suite::read(store, [](Tables& tables) { return tables.accounts.list(UserKey("person1"), 100); });
  CHECK(people.size() == 22);
  CHECK(std::ranges::is_sorted(people, {}, [](const User& user) { return user.key.str(); }));
  for (int i = 0; i < 8; ++i)
    suite::write(store, [&](Tables& tables) { return add_session(tables, "list" + std::to_string(i), person(0)); });
  CHECK(suite::read(store, [](Tables& tables) { return tables.sessions.of_user(person(0)); }).size() == 8);
}

// Unique is what is unique in each database.
void a_device_has_two_sessions(ShardedAccounts& accounts) {
  std::set<std::size_t> homes;
  for (int i = 0; homes.size() < 2; ++i) {
    REQUIRE(i < 20);
    auto session = suite::session(("device" + std::to_string(i)).c_str(), person(1), suite::kNow);
    session.device = DeviceId("the only one");
    const auto added = run(accounts.store(), [&](Tables& tables) { return tables.sessions.add(session); });
    if (added) homes.insert(accounts.home("sessions", "id", session.id.str()));
  }
  CHECK(accounts.rows("sessions", "device_id", "the only one") == std::array<std::uint64_t, 2>{1, 1});
}

// A SUM inside an expression is not put together: the row of one database is taken for all.
void counts_are_wrong_without_a_word(ShardedAccounts& accounts) {
  auto& store = accounts.store();
  std::array<std::size_t, 2> in{};
  for (int i = 0; i < 12; ++i) {
    const GroupKey key("counted" + std::to_string(i));
    suite::write(store, [&](Tables& tables) -> Result<void> {
      CHECK_OK(add_group(tables, key, person(2)));
      CHECK_OK(add_member(tables, key, person(2), Role::owner));
      return {};
    });
    ++in[accounts.home("group_members", "group_key", key.str())];
  }
  const auto counted = suite::read(store, [](Tables& tables) { return tables.members.count(person(2)); });
  CHECK(counted.all == 12);  // a bare COUNT(*) is
  CHECK(in[0] > 0);
  CHECK(in[1] > 0);
  MESSAGE("owned: " << counted.owned << " of " << in[0] << " and " << in[1]);
  CHECK((counted.owned == in[0] || counted.owned == in[1]));
}

// Whoever lies in the other database is not found by a join.
void joins_leave_rows_out(ShardedAccounts& accounts) {
  auto& store = accounts.store();
  const auto users = one_of_each(accounts);
  suite::write(store, [&](Tables& tables) -> Result<void> {
    CHECK_OK(tables.blocks.add(users[0], users[1], suite::kNow));
    return {};
  });
  CHECK(suite::read(store, [&](Tables& tables) { return tables.blocks.between(users[0], users[1]); }));
  const auto list = suite::read(store, [&](Tables& tables) { return tables.blocks.list(users[0], UserKey{}, 9); });
  CHECK(list.empty());
}

// LAST_INSERT_ID() asks any of the databases, also the one where nothing was inserted.
void a_change_may_have_no_number(ShardedAccounts& accounts) {
  std::set<std::int64_t> ordinals;
  for (int i = 0; i < 20; ++i) {
    ordinals.insert(suite::write(accounts.store(), [](Tables& tables) {
      return tables.changes.add(std::vector<changes::Change>{{.kind = changes::Kind::card, .user = person(0)}});
    }));
  }
  CHECK(ordinals.contains(0));
}

// What a client sets stays with the connections behind the proxy. AccountsDoor asks for nothing that is refused.
void what_one_sets_another_gets(ShardedAccounts& accounts) {
  auto settings = accounts.proxy();
  settings.lock_timeout = 1s;
  {
    const auto opened = AccountsDoor(settings).open(engine::soci::SociConnection::Mode::writer);
  }
  std::set<std::int64_t> seen;
  for (int i = 0; i < 20; ++i) {
    engine::soci::SociConnection other(open_as_it_is(accounts.proxy()));
    auto& row = other.run("SELECT @@innodb_lock_wait_timeout", "n");
    while (row.next()) seen.insert(row.number(0));
  }
  CHECK(seen.contains(1));
}
}  // namespace

TEST_CASE(
    "accounts through ShardingSphere-Proxy: what goes by one key stays in its database, and its errors are told") {
  ShardedAccounts accounts;
  people_are_each_in_one_database(accounts);
  sessions_are_each_in_one_database(accounts);
  groups_are_each_in_one_database(accounts);
  an_error_undoes_the_transaction(accounts);
  every_connection_undoes(accounts);
  an_error_of_a_statement_is_told(accounts);
  who_waits_for_a_row_keeps_nobody_else_waiting(accounts);
  every_connection_undoes(accounts);
  a_connection_that_ends_behind_the_proxy_is_told(accounts);
}

TEST_CASE(
    "accounts through ShardingSphere-Proxy: what reaches over both databases is refused, or wrong without a word") {
  ShardedAccounts accounts;
  people_are_each_in_one_database(accounts);
  no_lock_is_to_be_had(accounts);
  plain_lists_are_merged(accounts);
  a_device_has_two_sessions(accounts);
  counts_are_wrong_without_a_word(accounts);
  joins_leave_rows_out(accounts);
  a_change_may_have_no_number(accounts);
  what_one_sets_another_gets(accounts);
}

}  // namespace godwit::mysql::testing

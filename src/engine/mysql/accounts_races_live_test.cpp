#include <barrier>
#include <thread>

#include "engine/mysql/accounts_fixture.hpp"
#include "user/role_fixture.hpp"

/// Two who are at it at once: threads, connections, processes.
namespace godwit::mysql::testing {
namespace {
using namespace std::chrono_literals;
using user::Tables;

bool run(user::Store& store, const user::Store::Work& work) {
  return sync_wait(store.run_write(work, user::Durability::synced)).has_value();
}

TEST_CASE("mysql accounts: writes that hold the same name stand one behind the other, in all processes") {
  const AccountsPlace place;
  const OpenedAccounts one(place.settings()), other(place.settings());
  begin_counting(one.store());
  std::atomic<int> failed = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 6; ++i) {
      threads.emplace_back([&, i] {
        for (int k = 0; k < 25; ++k) failed += run((i % 2 == 0 ? one : other).store(), count_one()) ? 0 : 1;
      });
    }
  }
  CHECK(failed == 0);
  CHECK(counted(one.store()) == 150);
}

TEST_CASE("mysql accounts: what is read after hold is what others committed, whatever was read before") {
  const AccountsPlace place;
  const OpenedAccounts accounts(place.settings());
  auto& store = accounts.store();
  begin_counting(store);
  std::barrier held(2);
  std::atomic<bool> ended = false;
  std::jthread first([&] {
    CHECK(run(store, [&](Tables& tables) -> Result<void> {
      CHECK_OK(user::hold(tables, {suite::kAnn}));
      CHECK_OK(tables.accounts.set_password(suite::kAnn, "7"));
      held.arrive_and_wait();
      std::this_thread::sleep_for(200ms);
      ended = true;
      return {};
    }));
  });
  std::string before, after;
  held.arrive_and_wait();
  CHECK(run(store, [&](Tables& tables) -> Result<void> {
    TRY(const auto seen, tables.accounts.find(suite::kAnn));
    before = seen->password_hash;
    CHECK_OK(user::hold(tables, {suite::kAnn}));
    CHECK(ended);
    TRY(const auto now, tables.accounts.find(suite::kAnn));
    after = now->password_hash;
    return {};
  }));
  CHECK(before == "0");
  CHECK(after == "7");
}

TEST_CASE("mysql accounts: two writes that wait for each other both stand; one ran again") {
  const AccountsPlace place;
  const OpenedAccounts accounts(place.settings());
  auto& store = accounts.store();
  begin_counting(store);
  std::barrier both(2);
  std::atomic<int> runs = 0;
  const auto cross = [&](const UserKey& first, const UserKey& second) {
    return [&, first, second, met = false](Tables& tables) mutable -> Result<void> {
      ++runs;
      CHECK_OK(tables.accounts.set_password(first, first.str()));
      if (!std::exchange(met, true)) both.arrive_and_wait();
      CHECK_OK(tables.accounts.set_password(second, first.str()));
      return {};
    };
  };
  {
    std::jthread one([&] { CHECK(run(store, cross(suite::kAnn, suite::kBob))); });
    std::jthread other([&] { CHECK(run(store, cross(suite::kBob, suite::kAnn))); });
  }
  CHECK(runs == 3);
  const auto hash = [&](const UserKey& key) {
    return suite::read(store, [&](Tables& tables) { return tables.accounts.find(key); })->password_hash;
  };
  CHECK(hash(suite::kAnn) == hash(suite::kBob));
}

TEST_CASE("mysql accounts: work that swallows a deadlock's error leaves nothing behind it") {
  const AccountsPlace place;
  const OpenedAccounts accounts(place.settings());
  auto& store = accounts.store();
  begin_counting(store);
  std::barrier both(2);
  std::atomic<int> swallowed = 0;
  const auto cross = [&](const UserKey& first, const UserKey& second, const UserKey& made) {
    return [&, first, second, made, met = false](Tables& tables) mutable -> Result<void> {
      CHECK_OK(tables.accounts.set_password(first, first.str()));
      if (!std::exchange(met, true)) both.arrive_and_wait();
      const bool done = tables.accounts.set_password(second, first.str()).has_value();
      if (!done) ++swallowed;
      (void)tables.accounts.add(suite::account(UserKey(made.str() + (done ? "whole" : "half"))));
      return {};
    };
  };
  {
    std::jthread one([&] { CHECK(run(store, cross(suite::kAnn, suite::kBob, UserKey("one")))); });
    std::jthread other([&] { CHECK(run(store, cross(suite::kBob, suite::kAnn, UserKey("two")))); });
  }
  CHECK(swallowed == 1);
  std::vector<std::string> keys;
  for (const auto& user : suite::read(store, [](Tables& tables) { return tables.accounts.list(UserKey{}, 9); }))
    keys.push_back(user.key.str());
  CHECK(keys == std::vector<std::string>{"ann", "bob", "onewhole", "twowhole"});
}

TEST_CASE("mysql accounts: who waits for longer than a lock may take runs again, and comes to it") {
  const AccountsPlace place;
  auto settings = place.settings();
  settings.lock_timeout = std::chrono::seconds(1);
  const OpenedAccounts accounts(settings);
  auto& store = accounts.store();
  begin_counting(store);
  std::barrier held(2);
  std::jthread first([&] {
    CHECK(run(store, [&](Tables& tables) -> Result<void> {
      CHECK_OK(count_one()(tables));
      held.arrive_and_wait();
      std::this_thread::sleep_for(2500ms);
      return {};
    }));
  });
  held.arrive_and_wait();
  CHECK(run(store, count_one()));
  first.join();
  CHECK(counted(store) == 2);
}

TEST_CASE("mysql accounts: a key is given once, whoever asks in whichever process") {
  const AccountsPlace place;
  const OpenedAccounts one(place.settings()), other(place.settings());
  for (int round = 0; round < 20; ++round) {
    const auto taken = suite::account(UserKey("key" + std::to_string(round)));
    std::barrier start(2);
    std::atomic<int> given = 0;
    const auto ask = [&](const OpenedAccounts& accounts) {
      start.arrive_and_wait();
      given += suite::write(accounts.store(), [&](Tables& tables) { return tables.accounts.add(taken); }) ? 1 : 0;
    };
    {
      std::jthread first([&] { ask(one); });
      std::jthread second([&] { ask(other); });
    }
    CHECK(given == 1);
  }
}

/// The role's own rules, asked of two processes at once.
TEST_CASE("mysql accounts: requests that cross in two processes make friends, and what one changes the other tells") {
  suite::RoleBed bed(make_mysql_bed);
  const auto other = bed.start_process();
  for (int round = 0; round < 10; ++round) {
    const auto ann = bed.person("ann" + std::to_string(round)), bob = bed.person("bob" + std::to_string(round));
    std::barrier start(2);
    std::atomic<int> asked = 0, agreed = 0;
    const auto ask = [&](user::UserRole& role, const Identity& who, const Identity& whom) {
      start.arrive_and_wait();
      const auto body = R"({"receiver":")" + whom.user.str() + "\"}";
      const auto status = suite::RoleBed::call_of(role, who, "POST", "/v1/friend-requests", {}, body).status;
      (status == 201 ? asked : agreed) += 1;
    };
    {
      std::jthread first([&] { ask(bed.role(), ann, bob); });
      std::jthread second([&] { ask(other->role, bob, ann); });
    }
    CHECK(asked == 1);
    CHECK(agreed == 1);
    for (auto* role : {&bed.role(), &other->role})
      CHECK(suite::taken(sync_wait(role->relation(ann.user, bob.user))).friends);
  }
}

/// Both processes change one group, and both empty the outbox all the while.
TEST_CASE("mysql accounts: notices of a conversation are published in the order of their changes, by however many") {
  suite::RoleBed bed(make_mysql_bed);
  const auto other = bed.start_process();
  const auto ann = bed.person("ann"), bob = bed.person("bob");
  const auto group = bed.group_of(ann, {bob});
  bed.dispatch.take();
  constexpr int kEach = 20;
  std::atomic<bool> done = false;
  const auto rename = [&](user::UserRole& role, const char* prefix) {
    for (int i = 0; i < kEach; ++i) {
      const auto body = R"({"name":")" + (prefix + std::to_string(i)) + "\"}";
      CHECK(suite::RoleBed::call_of(role, ann, "PATCH", "/v1/groups/{key}", {group}, body).status == 200);
    }
  };
  std::jthread sweep([&] {
    while (!done) sync_wait(other->role.tick());
  });
  {
    std::jthread first([&] { rename(bed.role(), "one"); });
    std::jthread second([&] { rename(other->role, "two"); });
  }
  done = true;
  sweep.join();
  sync_wait(bed.role().tick());
  const auto seen = bed.dispatch.take();
  REQUIRE(seen.size() == 2 * kEach);
  std::map<std::string, int> last{{"one", -1}, {"two", -1}};
  for (const auto& notice : seen) {
    auto& before = last[notice.frame.detail.substr(0, 3)];
    CHECK(std::stoi(notice.frame.detail.substr(3)) == before + 1);
    before = std::stoi(notice.frame.detail.substr(3));
  }
  const auto name = suite::read(bed.store(), [&](Tables& tables) { return tables.groups.find(GroupKey(group)); })->name;
  CHECK(seen.back().frame.detail == name);  // what was changed last is told last
  CHECK(suite::read(bed.store(), [](Tables& tables) { return tables.outbox.waiting("", 10); }).empty());
}
}  // namespace
}  // namespace godwit::mysql::testing

#include <chrono>

#include "engine/sqlite/accounts_fixture.hpp"
#include "user/every_suite.hpp"
#include "user/role_fixture.hpp"

/// The user role as a whole, on the embedded engine.
namespace godwit::engine::sqlite {

TEST_CASE("the user role on SQLite: every use") { suite::every_use(make_sqlite_bed); }

// Run by name; times of a busy machine say little, so nothing is asserted.
TEST_CASE("accounts on SQLite: how long it takes" * doctest::skip()) {
  suite::RoleBed bed(make_sqlite_bed);
  constexpr int kUsers = 20'000, kHubs = 10;
  user::BulkData data;
  data.password_hash = "!";
  const auto key = [](int i) { return UserKey("user" + std::to_string(100'000 + i)); };
  data.groups = {{.key = GroupKey("everyone"),
                  .name = "Everyone",
                  .notice = {},
                  .avatar = {},
                  .owner = key(0),
                  .member_count = kUsers}};
  for (int i = 0; i < kUsers; ++i) {
    data.users.push_back(suite::account(key(i)).user);
    data.sessions.push_back(
        {.id = SessionId("s" + key(i).str()), .user = key(i), .device = DeviceId("d"), .device_name = {}});
    data.members.push_back({GroupKey("everyone"), {.user = key(i), .role = i == 0 ? Role::owner : Role::member}});
    for (int hub = 0; hub < kHubs && hub < i; ++hub) data.friends.emplace_back(key(hub), key(i));
  }
  const auto time = [](const char* what, auto work) {
    const auto began = std::chrono::steady_clock::now();
    work();
    MESSAGE(std::string(what)
            << ", ms: " << std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count());
  };
  time("load of 20,000 users, sessions and members and 200,000 friendships",
       [&] { suite::taken(bed.loader().load(data, suite::kNow)); });
  time("roster of 20,000", [&] { suite::taken(sync_wait(bed.role().roster(GroupKey("everyone")))); });
  time("100,000 times the same roster", [&] {
    for (int i = 0; i < 100'000; ++i) (void)sync_wait(bed.role().roster(GroupKey("everyone")));
  });
  time("friends of a hub", [&] { suite::taken(sync_wait(bed.role().awake_friends(key(0)))); });
  time("1,000 relations for the first time", [&] {
    for (int i = 1; i <= 1000; ++i) suite::taken(sync_wait(bed.role().relation(key(0), key(i))));
  });
  time("100,000 relations again", [&] {
    for (int i = 0; i < 100'000; ++i) (void)sync_wait(bed.role().relation(key(0), key(1 + i % 1000)));
  });
  time("100 synced writes", [&] {
    for (int i = 0; i < 100; ++i)
      suite::write(bed.store(), [&](user::Tables& tables) { return tables.accounts.set_password(key(i), "x"); });
  });
}

}  // namespace godwit::engine::sqlite

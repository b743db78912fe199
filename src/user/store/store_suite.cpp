#include <thread>

#include "user/every_suite.hpp"
#include "user/store/store_fixture.hpp"

namespace godwit::user::suite {
namespace {

void what_was_written_is_there_after_a_restart(const MakeBed& make) {
  auto bed = make();
  add_people(bed->store(), {kAnn});
  bed->restart();
  CHECK(read(bed->store(), [](Tables& tables) { return tables.accounts.find(kAnn); }).has_value());
}

void an_error_undoes_the_whole_write(const MakeBed& make) {
  const auto bed = make();
  const auto failed = sync_wait(bed->store().write([](Tables& tables) -> Result<int> {
    CHECK_OK(tables.accounts.add(account(kAnn)));
    CHECK_OK(tables.accounts.add(account(kBob)));
    return fail(Code::blocked);
  }));
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().code == Code::blocked);
  CHECK(read(bed->store(), [](Tables& tables) { return tables.accounts.list(UserKey{}, 9); }).empty());
  add_people(bed->store(), {kAnn});  // and nothing is left open
}

void a_read_sees_one_state_and_what_was_answered(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  add_people(store, {kAnn});
  const auto seen = read(store, [&](Tables& tables) -> Result<std::pair<std::size_t, std::size_t>> {
    TRY(const auto before, tables.accounts.list(UserKey{}, 9));
    std::thread([&] { add_people(store, {kBob}); }).join();
    TRY(const auto after, tables.accounts.list(UserKey{}, 9));
    return std::pair{before.size(), after.size()};
  });
  CHECK(seen == std::pair<std::size_t, std::size_t>{1, 1});
  for (int i = 0; i < 20; ++i) {
    const UserKey key("later" + std::to_string(i));
    add_people(store, {key});
    CHECK(read(store, [&](Tables& tables) { return tables.accounts.find(key); }).has_value());
  }
}

void writes_stand_one_behind_the_other(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  add_people(store, {kAnn});
  write(store, [](Tables& tables) { return tables.accounts.set_password(kAnn, "0"); });
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 25; ++k) {
        (void)sync_wait(store.write(
            [](Tables& tables) -> Result<bool> {
              CHECK_OK(hold(tables, {kAnn}));
              TRY(const auto ann, tables.accounts.find(kAnn));
              return tables.accounts.set_password(kAnn, std::to_string(std::stoi(ann->password_hash) + 1));
            },
            Durability::relaxed));
      }
    });
  }
  threads.clear();
  CHECK(read(store, [](Tables& tables) { return tables.accounts.find(kAnn); })->password_hash == "100");
}

void a_load_is_whole_or_not_at_all(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  BulkData data;
  data.password_hash = "!";
  for (const auto& key : {kAnn, kBob}) data.users.push_back(account(key).user);
  data.friends = {{kBob, kAnn}};
  data.groups = {{.key = GroupKey("g1"),
                  .name = "Birds",
                  .notice = {},
                  .avatar = {},
                  .owner = kAnn,
                  .member_count = 2,
                  .created_at = kNow}};
  data.members = {{GroupKey("g1"), {.user = kAnn, .role = Role::owner}}, {GroupKey("g1"), {.user = kBob}}};
  data.sessions = {
      {.id = SessionId("s1"), .user = kAnn, .device = DeviceId("d"), .device_name = {}, .expires_at = kNow}};
  taken(bed->loader().load(data, kNow));
  CHECK(read(store, [](Tables& tables) { return tables.friends.are_friends(kAnn, kBob); }));
  CHECK(read(store, [](Tables& tables) { return tables.groups.roster(GroupKey("g1")); })->members.size() == 2);
  CHECK(read(store, [](Tables& tables) { return tables.sessions.find(SessionId("s1")); }).has_value());
  BulkData again;
  again.users = {account(kCarl).user, account(kAnn).user};
  CHECK(bed->loader().load(again, kNow).error().code == Code::key_taken);
  CHECK_FALSE(read(store, [](Tables& tables) { return tables.accounts.find(kCarl); }).has_value());
}

}  // namespace

void store(const MakeBed& make) {
  what_was_written_is_there_after_a_restart(make);
  an_error_undoes_the_whole_write(make);
  a_read_sees_one_state_and_what_was_answered(make);
  writes_stand_one_behind_the_other(make);
}
void bulk_loader(const MakeBed& make) { a_load_is_whole_or_not_at_all(make); }

}  // namespace godwit::user::suite

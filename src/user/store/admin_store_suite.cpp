#include "user/every_suite.hpp"
#include "user/store/store_fixture.hpp"

namespace godwit::user::suite {
namespace {

std::vector<std::string> account_keys(Store& store, const std::string& prefix, const UserKey& after = {},
                                      std::size_t limit = 50) {
  std::vector<std::string> keys;
  for (const auto& user : read(store, [&](Tables& tables) { return tables.admins.accounts(prefix, after, limit); }))
    keys.push_back(user.key.str());
  return keys;
}

void an_account_becomes_admin_and_ceases_to_be_one(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  add_people(store, {kAnn, kBob});
  const auto is_admin = [&](const UserKey& key) {
    return read(store, [&](Tables& tables) { return tables.accounts.find(key); })->user.admin;
  };
  CHECK_FALSE(is_admin(kAnn));
  for (int i = 0; i < 2; ++i)  // the same value again is no "no such account"
    CHECK(write(store, [](Tables& tables) { return tables.admins.set_admin(kAnn, true); }));
  CHECK(is_admin(kAnn));
  CHECK_FALSE(is_admin(kBob));
  CHECK(read(store, [](Tables& tables) { return tables.accounts.list(UserKey{}, 9); }).front().admin);
  CHECK(write(store, [](Tables& tables) { return tables.admins.set_admin(kAnn, false); }));
  CHECK_FALSE(is_admin(kAnn));
  CHECK_FALSE(write(store, [](Tables& tables) { return tables.admins.set_admin(kCarl, true); }));
}

void admins_find_everybody_by_key_or_name(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  const std::vector<std::pair<const char*, const char*>> people{
      {"ann", "Zed"}, {"bob", "ANNE"}, {"carl", "欧阳"}, {"dora", "Annabel"}};
  for (const auto& [key, name] : people)
    write(store, [&](Tables& tables) { return tables.accounts.add(account(UserKey(key), name)); });
  write(store, [](Tables& tables) { return tables.accounts.set_disabled(UserKey("bob"), true); });
  CHECK(account_keys(store, "") == std::vector<std::string>{"ann", "bob", "carl", "dora"});
  CHECK(account_keys(store, "Ann") == std::vector<std::string>{"ann", "bob", "dora"});
  CHECK(account_keys(store, "ann", UserKey("ann"), 1) == std::vector<std::string>{"bob"});
  CHECK(account_keys(store, "ann", UserKey("bob")) == std::vector<std::string>{"dora"});
  CHECK(account_keys(store, "阳") == std::vector<std::string>{"carl"});
  CHECK(account_keys(store, "欧") == std::vector<std::string>{"carl"});
  for (const auto* odd : {"%", "_", "nn", "'"}) CHECK(account_keys(store, odd).empty());
  const auto found = read(store, [](Tables& tables) { return tables.admins.accounts("bob", UserKey{}, 9); });
  CHECK(found.at(0).disabled);
}

void add_group(Store& store, const char* key, const char* name, const std::vector<UserKey>& members) {
  write(store, [&](Tables& tables) -> Result<void> {
    CHECK_OK(tables.groups.add({.key = GroupKey(key),
                                .name = name,
                                .notice = {},
                                .avatar = {},
                                .owner = members.front(),
                                .created_at = kNow}));
    for (const auto& user : members) CHECK_OK(tables.members.add(GroupKey(key), {.user = user}));
    return {};
  });
}

void admins_find_groups_and_count_all(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  add_people(store, {kAnn, kBob, kCarl});
  add_group(store, "g1", "Birds", {kAnn, kBob});
  add_group(store, "g2", "BIRCHES", {kAnn});
  add_group(store, "g3", "Boats", {kAnn});
  write(store, [](Tables& tables) -> Result<void> {
    CHECK_OK(tables.groups.dissolve(GroupKey("g3")));
    CHECK_OK(tables.friends.add(kAnn, kBob, kNow));
    for (const auto& [id, expires] : {std::pair{"s1", kNow}, std::pair{"s2", kNow + 1}}) {
      CHECK_OK(tables.sessions.add({.id = SessionId(id),
                                    .user = kAnn,
                                    .device = DeviceId(id),
                                    .device_name = {},
                                    .created_at = kNow,
                                    .last_seen_at = kNow,
                                    .expires_at = expires}));
    }
    return {};
  });
  const auto groups = [&](const char* prefix, const char* after, std::size_t limit) {
    std::string keys;
    for (const auto& group :
         read(store, [&](Tables& tables) { return tables.admins.groups(prefix, GroupKey(after), limit); }))
      keys += group.key.str() + ":" + std::to_string(group.member_count) + " ";
    return keys;
  };
  CHECK(groups("", "", 9) == "g1:2 g2:1 ");
  CHECK(groups("bir", "", 9) == "g1:2 g2:1 ");
  CHECK(groups("bir", "", 1) == "g1:2 ");
  CHECK(groups("Bir", "g1", 9) == "g2:1 ");
  CHECK(groups("g2", "", 9) == "g2:1 ");
  CHECK(groups("boat", "", 9).empty());
  const auto census = read(store, [](Tables& tables) { return tables.admins.count(kNow); });
  CHECK(census.users == 3);
  CHECK(census.groups == 2);
  CHECK(census.sessions == 1);
  for (const auto& [user, friends, in] :
       {std::tuple{kAnn, 1U, 2U}, std::tuple{kBob, 1U, 1U}, std::tuple{kCarl, 0U, 0U}}) {
    const auto ties = read(store, [&, key = user](Tables& tables) { return tables.admins.ties(key); });
    CHECK(ties.friends == friends);
    CHECK(ties.groups == in);
  }
}

std::string targets(const std::vector<AuditEntry>& entries) {
  std::string all;
  for (const auto& entry : entries) all += entry.target + " ";
  return all;
}

}  // namespace

void admin_store(const MakeBed& make) {
  an_account_becomes_admin_and_ceases_to_be_one(make);
  admins_find_everybody_by_key_or_name(make);
  admins_find_groups_and_count_all(make);
}

void audit_store(const MakeBed& make) {
  const auto bed = make();
  const auto add = [&](int number, std::size_t keep) {
    const AuditEntry entry{.time = kNow + number,
                           .admin = "ann",
                           .action = "disable_user",
                           .target = std::to_string(number),
                           .detail = "no. " + std::to_string(number)};
    write(bed->store(), [&](Tables& tables) { return tables.audit.add(entry, keep); });
  };
  const auto list = [&](std::int64_t before, std::size_t limit) {
    return read(bed->store(), [&](Tables& tables) { return tables.audit.list(before, limit); });
  };
  for (int i = 1; i <= 5; ++i) add(i, 100);
  CHECK(targets(list(0, 100)) == "5 4 3 2 1 ");
  const auto page = list(0, 2);
  CHECK(targets(page) == "5 4 ");
  CHECK(targets(list(page.back().ordinal, 2)) == "3 2 ");
  CHECK(page[0].time == kNow + 5);
  CHECK(page[0].admin == "ann");
  CHECK(page[0].action == "disable_user");
  CHECK(page[0].detail == "no. 5");
  const auto undone = sync_wait(bed->store().write([](Tables& tables) -> Result<void> {
    CHECK_OK(tables.audit.add({.time = kNow, .admin = "ann", .action = "x", .target = "undone", .detail = {}}, 100));
    return fail(Code::blocked);
  }));
  CHECK_FALSE(undone.has_value());
  add(6, 3);
  CHECK(targets(list(0, 100)) == "6 5 4 ");
  bed->restart();
  CHECK(targets(list(0, 100)) == "6 5 4 ");
  add(7, 3);
  CHECK(targets(list(0, 100)) == "7 6 5 ");
  CHECK(list(0, 1).front().ordinal > page.front().ordinal);
}

}  // namespace godwit::user::suite

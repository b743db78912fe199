#include "user/every_suite.hpp"
#include "user/store/store_fixture.hpp"

namespace godwit::user::suite {
namespace {

bool befriend(Store& store, const UserKey& a, const UserKey& b) {
  return write(store, [&](Tables& tables) { return tables.friends.add(a, b, kNow); });
}

void a_friendship_is_one_row_both_ways(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  add_people(store, {kAnn, kBob, kCarl});
  CHECK(befriend(store, kBob, kAnn));
  CHECK_FALSE(befriend(store, kAnn, kBob));
  for (const auto& [a, b] : {std::pair{kAnn, kBob}, std::pair{kBob, kAnn}}) {
    CHECK(read(store, [&](Tables& tables) { return tables.friends.are_friends(a, b); }));
  }
  CHECK_FALSE(read(store, [](Tables& tables) { return tables.friends.are_friends(kAnn, kCarl); }));
  for (int i = 0; i < 2; ++i)  // the same value again is no "no such friend"
    CHECK(write(store, [](Tables& tables) { return tables.friends.set_alias(kBob, kAnn, "Annie"); }));
  CHECK_FALSE(write(store, [](Tables& tables) { return tables.friends.set_alias(kBob, kCarl, "C"); }));
  const auto mine = read(store, [](Tables& tables) { return tables.friends.find(kBob, kAnn); });
  REQUIRE(mine.has_value());
  CHECK(mine->alias == "Annie");
  CHECK(mine->user.key == "ann");
  CHECK(mine->since == kNow);
  CHECK(read(store, [](Tables& tables) { return tables.friends.find(kAnn, kBob); })->alias.empty());
  CHECK(write(store, [](Tables& tables) { return tables.friends.remove(kAnn, kBob); }));
  CHECK_FALSE(write(store, [](Tables& tables) { return tables.friends.remove(kAnn, kBob); }));
  CHECK_FALSE(read(store, [](Tables& tables) { return tables.friends.find(kBob, kAnn); }).has_value());
}

void friends_are_listed_by_key(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  add_people(store, {kAnn, kBob, kCarl, kDora});
  for (const auto& other : {kDora, kAnn, kBob}) befriend(store, kCarl, other);
  write(store, [](Tables& tables) { return tables.friends.set_alias(kCarl, kDora, "D"); });
  std::vector<std::string> keys;
  UserKey after;
  for (;;) {
    const auto page = read(store, [&](Tables& tables) { return tables.friends.list(kCarl, after, 2); });
    for (const auto& row : page) keys.push_back(row.user.key + row.alias);
    if (page.size() < 2) break;
    after = UserKey(page.back().user.key);
  }
  CHECK(keys == std::vector<std::string>{"ann", "bob", "doraD"});
  CHECK(read(store, [](Tables& tables) { return tables.friends.count(kCarl); }) == 3);
  CHECK(read(store, [](Tables& tables) { return tables.friends.count(kDora); }) == 1);
}

void blocks_and_who_is_awake(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  add_people(store, {kAnn, kBob, kCarl, kDora});
  for (const auto& other : {kDora, kAnn, kBob}) befriend(store, kCarl, other);
  const auto block = [&](const UserKey& a, const UserKey& b) {
    return write(store, [&](Tables& tables) { return tables.blocks.add(a, b, kNow); });
  };
  const auto awake = [&](const UserKey& user) {
    return read(store, [&](Tables& tables) { return tables.friends.awake(user); });
  };
  const auto between = [&](const UserKey& a, const UserKey& b) {
    return read(store, [&](Tables& tables) { return tables.blocks.between(a, b); });
  };
  CHECK(awake(kCarl) == std::vector<UserKey>{kAnn, kBob, kDora});
  CHECK(block(kCarl, kDora));
  CHECK_FALSE(block(kCarl, kDora));
  CHECK(block(kAnn, kCarl));
  CHECK(awake(kCarl) == std::vector<UserKey>{kBob});
  CHECK(awake(kDora).empty());
  CHECK(between(kDora, kCarl));
  CHECK(between(kCarl, kDora));
  CHECK_FALSE(between(kBob, kCarl));
  const auto list = read(store, [](Tables& tables) { return tables.blocks.list(kCarl, UserKey{}, 10); });
  REQUIRE(list.size() == 1);
  CHECK(list[0].user.key == "dora");
  CHECK(list[0].since == kNow);
  CHECK(write(store, [](Tables& tables) { return tables.blocks.remove(kCarl, kDora); }));
  CHECK_FALSE(write(store, [](Tables& tables) { return tables.blocks.remove(kCarl, kDora); }));
  CHECK_FALSE(between(kDora, kCarl));
}

}  // namespace

void friend_store(const MakeBed& make) {
  a_friendship_is_one_row_both_ways(make);
  friends_are_listed_by_key(make);
}
void block_store(const MakeBed& make) { blocks_and_who_is_awake(make); }

}  // namespace godwit::user::suite

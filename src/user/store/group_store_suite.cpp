#include "user/every_suite.hpp"
#include "user/store/store_fixture.hpp"

namespace godwit::user::suite {
namespace {

const GroupKey kGroup{"g1"};

void make_group(Store& store, const GroupKey& key, const std::vector<UserKey>& people) {
  write(store, [&](Tables& tables) -> Result<void> {
    CHECK_OK(tables.groups.add(
        {.key = key, .name = "Birds", .notice = {}, .avatar = {}, .owner = people.front(), .created_at = kNow}));
    for (const auto& user : people) {
      CHECK_OK(tables.members.add(
          key, {.user = user, .role = user == people.front() ? Role::owner : Role::member, .joined_at = kNow}));
    }
    return {};
  });
}

void groups_count_their_members(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  add_people(store, {kAnn, kBob, kCarl});
  make_group(store, kGroup, {kBob, kAnn});
  const auto count = [&] {
    return read(store, [](Tables& tables) { return tables.groups.find(kGroup); })->member_count;
  };
  CHECK(count() == 2);
  CHECK_FALSE(write(store, [](Tables& tables) { return tables.members.add(kGroup, {.user = kAnn}); }));
  CHECK(count() == 2);
  CHECK(write(store, [](Tables& tables) { return tables.members.add(kGroup, {.user = kCarl, .role = Role::admin}); }));
  CHECK(write(store, [](Tables& tables) { return tables.members.remove(kGroup, kAnn); }));
  CHECK_FALSE(write(store, [](Tables& tables) { return tables.members.remove(kGroup, kAnn); }));
  CHECK(count() == 2);
  CHECK(read(store, [](Tables& tables) { return tables.members.keys(kGroup); }) == std::vector<UserKey>{kBob, kCarl});
  CHECK(read(store, [](Tables& tables) { return tables.members.managers(kGroup); }).size() == 2);
}

void memberships_are_counted_and_mutes_outlive_them(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  add_people(store, {kAnn, kBob});
  make_group(store, kGroup, {kAnn, kBob});
  make_group(store, GroupKey("g2"), {kBob, kAnn});
  const auto count = [&](const UserKey& user) {
    return read(store, [&](Tables& tables) { return tables.members.count(user); });
  };
  CHECK(count(kAnn).all == 2);
  CHECK(count(kAnn).owned == 1);
  CHECK(count(kCarl).all == 0);
  CHECK(count(kCarl).owned == 0);
  const auto again = [&](Millis until) {
    return write(store, [&](Tables& tables) -> Result<Millis> {
      CHECK_OK(tables.members.remove(kGroup, kBob));
      CHECK_OK(tables.members.add(kGroup, {.user = kBob, .muted_until = until}));
      TRY(const auto member, tables.members.find(kGroup, kBob));
      return member->muted_until;
    });
  };
  CHECK(again(0) == 0);
  write(store, [](Tables& tables) { return tables.members.change(kGroup, {.user = kBob, .muted_until = kNow}); });
  CHECK(again(0) == kNow);
  CHECK(again(kNow + 1) == kNow + 1);
  write(store, [](Tables& tables) { return tables.members.change(kGroup, {.user = kBob, .muted_until = 0}); });
  CHECK(again(0) == 0);
  const auto past = [&](Millis before) {
    return write(store, [&](Tables& tables) { return tables.tidy.past_mutes(before, 9); });
  };
  write(store, [](Tables& tables) -> Result<bool> {
    CHECK_OK(tables.members.change(kGroup, {.user = kBob, .muted_until = kNow}));
    return tables.members.remove(kGroup, kBob);
  });
  CHECK(past(kNow) == 0);
  CHECK(past(kNow + 1) == 1);
  CHECK(count(kBob).all == 1);
}

void groups_and_members_change(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  add_people(store, {kAnn, kBob});
  make_group(store, kGroup, {kAnn, kBob});
  write(store, [](Tables& tables) -> Result<void> {
    TRY(auto group, tables.groups.find(kGroup));
    group->name = "Waders";
    group->policy = JoinPolicy::open;
    group->owner = kBob;
    CHECK_OK(tables.groups.change(*group));
    return tables.members.change(kGroup, {.user = kBob, .role = Role::owner, .muted_until = 5});
  });
  const auto roster = read(store, [](Tables& tables) { return tables.groups.roster(kGroup); });
  REQUIRE(roster != nullptr);
  CHECK(roster->group.name == "Waders");
  CHECK(roster->group.policy == JoinPolicy::open);
  CHECK(roster->group.owner == kBob);
  CHECK(*roster->audience == std::vector<UserKey>{kAnn, kBob});
  REQUIRE(roster->find(kBob) != nullptr);
  CHECK(roster->find(kBob)->role == Role::owner);
  CHECK(roster->find(kBob)->muted_until == 5);
  CHECK(roster->find(kBob)->joined_at == kNow);
  const auto rows = read(store, [](Tables& tables) { return tables.members.list(kGroup, kAnn, 5); });
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].card.name == "Somebody");
}

void a_dissolved_group_keeps_its_card_alone(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  add_people(store, {kAnn, kBob});
  make_group(store, kGroup, {kAnn, kBob});
  make_group(store, GroupKey("g2"), {kAnn});
  write(store, [](Tables& tables) { return tables.groups.dissolve(kGroup); });
  CHECK_FALSE(read(store, [](Tables& tables) { return tables.groups.find(kGroup); }).has_value());
  CHECK(read(store, [](Tables& tables) { return tables.groups.roster(kGroup); }) == nullptr);
  const auto mine = read(store, [](Tables& tables) { return tables.groups.list(kAnn, GroupKey{}, 9); });
  REQUIRE(mine.size() == 1);
  CHECK(mine[0].group.key == GroupKey("g2"));
  CHECK(mine[0].mine.role == Role::owner);
  const std::vector<GroupKey> keys{kGroup, GroupKey("none")};
  const auto cards = read(store, [&](Tables& tables) { return tables.groups.cards(keys); });
  CHECK(cards[0].name == "Birds");
  CHECK(cards[1].key.empty());
}

}  // namespace

void group_store(const MakeBed& make) {
  groups_count_their_members(make);
  memberships_are_counted_and_mutes_outlive_them(make);
  groups_and_members_change(make);
  a_dissolved_group_keeps_its_card_alone(make);
}

}  // namespace godwit::user::suite

#include "user/every_suite.hpp"
#include "user/notices/notices.hpp"
#include "user/store/store_fixture.hpp"

/// What a database may take for the same, or change on its way.
namespace godwit::user::suite {
namespace {

std::string times(std::size_t count, const std::string& text) {
  std::string all;
  while (count-- > 0) all += text;
  return all;
}

void texts_come_back_as_they_were_at_their_longest(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  const std::string smile = "\U0001F600";
  auto ann = account(kAnn, times(64, smile));
  ann.user.bio = times(280, smile);
  ann.user.avatar = times(512, smile);
  auto bob = account(kBob, R"(\'"%_:name;--\\)");
  bob.user.bio = " e\u0301 \u00e9 \t\r\n ";
  for (const auto& one : {ann, bob}) {
    CHECK(write(store, [&](Tables& tables) { return tables.accounts.add(one); }));
    const auto found = read(store, [&](Tables& tables) { return tables.accounts.find(one.user.key); });
    REQUIRE(found.has_value());
    CHECK(found->user.name == one.user.name);
    CHECK(found->user.bio == one.user.bio);
    CHECK(found->user.avatar == one.user.avatar);
  }
  CHECK(write(store, [](Tables& tables) { return tables.friends.add(kAnn, kBob, kNow); }));
  CHECK(write(store, [&](Tables& tables) { return tables.friends.set_alias(kAnn, kBob, times(64, smile)); }));
  CHECK(read(store, [](Tables& tables) { return tables.friends.find(kAnn, kBob); })->alias == times(64, smile));
  const Group group{.key = GroupKey("g"),
                    .name = times(64, smile),
                    .notice = times(1024, smile),
                    .avatar = times(512, smile),
                    .owner = kAnn,
                    .created_at = kNow};
  write(store, [&](Tables& tables) { return tables.groups.add(group); });
  CHECK(read(store, [](Tables& tables) { return tables.groups.find(GroupKey("g")); })->notice == group.notice);
}

void devices_that_look_alike_are_others(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  add_people(store, {kAnn});
  const std::vector<std::string> devices{"d", "d ", " d", "D", "e\u0301", "\u00e9", times(64, "\U0001F600"), "d\\"};
  for (std::size_t i = 0; i < devices.size(); ++i) {
    const Session session{.id = SessionId("s" + std::to_string(i)),
                          .user = kAnn,
                          .device = DeviceId(devices[i]),
                          .device_name = {},
                          .created_at = static_cast<Millis>(i)};
    write(store, [&](Tables& tables) { return tables.sessions.add(session); });
  }
  const auto found = read(store, [](Tables& tables) { return tables.sessions.of_user(kAnn); });
  REQUIRE(found.size() == devices.size());
  for (std::size_t i = 0; i < devices.size(); ++i) CHECK(found[i].device.str() == devices[i]);
}

void keys_stand_in_the_order_of_their_bytes(const MakeBed& make) {
  const auto bed = make();
  const std::vector<std::string> keys{"a-b", "a.b", "a0b", "a_b", "aab", "ab", "b"};
  std::vector<UserKey> all(keys.begin(), keys.end());
  add_people(bed->store(), all);
  const auto list = read(bed->store(), [](Tables& tables) { return tables.accounts.list(UserKey("a-b"), 9); });
  REQUIRE(list.size() == keys.size() - 1);
  for (std::size_t i = 0; i < list.size(); ++i) CHECK(list[i].key.str() == keys[i + 1]);
}

void case_is_set_aside_in_ascii_alone(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  add_people(store, {kAnn});
  write(store, [](Tables& tables) {
    return tables.service_keys.add({.id = "k1", .name = "ÖKO Shop", .hash = "h", .scopes = {"push"}});
  });
  const auto named = [&](const std::string& name) {
    return read(store, [&](Tables& tables) { return tables.service_keys.named(name); }).size();
  };
  CHECK(named("Öko shop") == 1);
  CHECK(named("öko shop") == 0);
  CHECK(named("OKO Shop") == 0);
  write(store, [](Tables& tables) {
    return tables.groups.add({.key = GroupKey("g1"), .name = "ÄPFEL", .owner = kAnn, .created_at = kNow});
  });
  const auto groups = [&](const std::string& prefix) {
    return read(store, [&](Tables& tables) { return tables.admins.groups(prefix, GroupKey{}, 9); }).size();
  };
  CHECK(groups("Äpf") == 1);
  CHECK(groups("äpf") == 0);
  CHECK(groups("Apf") == 0);
}

/// A frame is bytes, and a list of changes may be long.
void what_is_owed_comes_back_whole(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  auto notice = group_changed(GroupKey("birds"), kAnn, "renamed", {}, {});
  for (char32_t c = 1; c < 0x300; ++c) notice.frame.detail += static_cast<char>(c < 0x80 ? c : 'x');
  notice.frame.detail += R"('"\ )" + times(3, "\U0001F600");
  for (int i = 0; i < 200; ++i) notice.frame.joined.emplace_back("user" + std::to_string(i));
  notice.once = "n1";
  write(store, [&](Tables& tables) { return tables.outbox.add(notice); });
  const auto rows = read(store, [&](Tables& tables) { return tables.outbox.of(notice.frame.conversation, 10); });
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].notice.frame.detail == notice.frame.detail);
  CHECK(rows[0].notice.frame.joined == notice.frame.joined);
  std::vector<changes::Change> changes;
  for (int i = 0; i < 3000; ++i)
    changes.push_back(changes::pair(UserKey(times(4, "longname") + std::to_string(i)), kAnn));
  write(store, [&](Tables& tables) { return tables.changes.add(changes); });
  const auto waiting = read(store, [](Tables& tables) { return tables.changes.waiting(0, 10); });
  REQUIRE(waiting.size() == 1);
  CHECK(waiting[0].changes == changes);
}

}  // namespace

void exact_texts(const MakeBed& make) {
  texts_come_back_as_they_were_at_their_longest(make);
  devices_that_look_alike_are_others(make);
  keys_stand_in_the_order_of_their_bytes(make);
  case_is_set_aside_in_ascii_alone(make);
  what_is_owed_comes_back_whole(make);
}

}  // namespace godwit::user::suite

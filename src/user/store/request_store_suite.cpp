#include "user/every_suite.hpp"
#include "user/store/store_fixture.hpp"

namespace godwit::user::suite {
namespace {

void ask(Store& store, const char* id, const UserKey& from, const UserKey& to, Millis at) {
  write(store, [&](Tables& tables) {
    return tables.friend_requests.add(
        {.id = RequestId(id), .sender = from, .receiver = to, .note = "let me", .created_at = at});
  });
}

void a_friend_request_is_pending_once(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  add_people(store, {kAnn, kBob});
  const auto pending = [&] {
    return read(store, [](Tables& tables) { return tables.friend_requests.pending(kAnn, kBob); });
  };
  const auto answer = [&](const char* id, RequestState state) {
    return write(store, [&](Tables& tables) { return tables.friend_requests.answer(RequestId(id), state, kNow); });
  };
  ask(store, "r1", kAnn, kBob, kNow);
  REQUIRE(pending().has_value());
  CHECK(pending()->id == RequestId("r1"));
  CHECK(pending()->sender.key == "ann");
  CHECK(pending()->receiver.key == "bob");
  CHECK(pending()->note == "let me");
  CHECK_FALSE(read(store, [](Tables& tables) { return tables.friend_requests.pending(kBob, kAnn); }).has_value());
  CHECK(answer("r1", RequestState::rejected));
  CHECK_FALSE(answer("r1", RequestState::approved));
  CHECK_FALSE(answer("none", RequestState::approved));
  CHECK_FALSE(pending().has_value());
  CHECK(read(store, [](Tables& tables) { return tables.friend_requests.find(RequestId("r1")); })->state ==
        RequestState::rejected);
  ask(store, "r2", kAnn, kBob, kNow);
  CHECK(pending()->id == RequestId("r2"));
}

void boxes_have_pages_newest_first(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  add_people(store, {kAnn, kBob, kCarl, kDora});
  ask(store, "r1", kBob, kAnn, kNow);
  ask(store, "r3", kDora, kAnn, kNow + 1);  // the same millisecond as r2
  ask(store, "r2", kCarl, kAnn, kNow + 1);
  for (const std::size_t page : {1U, 2U, 9U}) {
    std::vector<std::string> ids;
    BoxPlace after;
    for (;;) {
      const auto rows =
          read(store, [&](Tables& tables) { return tables.friend_requests.list(kAnn, Box::in, after, page); });
      for (const auto& row : rows) ids.push_back(row.id.str());
      if (rows.size() < page) break;
      after = {.created_at = rows.back().created_at, .id = rows.back().id};
    }
    CHECK(ids == std::vector<std::string>{"r3", "r2", "r1"});
  }
  CHECK(read(store, [](Tables& tables) { return tables.friend_requests.list(kAnn, Box::out, {}, 9); }).empty());
  CHECK(read(store, [](Tables& tables) { return tables.friend_requests.list(kBob, Box::out, {}, 9); }).size() == 1);
}

void group_requests_reach_those_who_manage(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  add_people(store, {kAnn, kBob, kCarl, kDora});
  const GroupKey group("g1");
  write(store, [&](Tables& tables) -> Result<void> {
    CHECK_OK(tables.groups.add(
        {.key = group, .name = "Birds", .notice = {}, .avatar = {}, .owner = kAnn, .created_at = kNow}));
    CHECK_OK(tables.members.add(group, {.user = kAnn, .role = Role::owner}));
    CHECK_OK(tables.members.add(group, {.user = kBob, .role = Role::member}));
    CHECK_OK(tables.group_requests.add(
        {.id = RequestId("j1"), .sender = kCarl, .group = group, .note = {}, .created_at = kNow}));
    return tables.group_requests.add({.id = RequestId("j2"),
                                      .sender = kDora,
                                      .group = group,
                                      .note = {},
                                      .state = RequestState::approved,
                                      .created_at = kNow});
  });
  const auto box = [&](const UserKey& user, Box which) {
    return read(store, [&](Tables& tables) { return tables.group_requests.list(user, which, {}, 9); });
  };
  CHECK(box(kAnn, Box::in).size() == 2);
  CHECK(read(store, [&](Tables& tables) { return tables.group_requests.list(kAnn, Box::in, {}, 1); }).size() == 1);
  const auto standing = read(store, [&](Tables& tables) { return tables.group_requests.standing(kCarl, group); });
  CHECK(standing.sent == 1);
  CHECK(standing.received == 1);
  CHECK(box(kBob, Box::in).empty());
  REQUIRE(box(kCarl, Box::out).size() == 1);
  CHECK(box(kCarl, Box::out)[0].group.name == "Birds");
  CHECK(read(store, [&](Tables& tables) { return tables.group_requests.pending(kCarl, group); }).has_value());
  CHECK_FALSE(read(store, [&](Tables& tables) { return tables.group_requests.pending(kDora, group); }).has_value());
  write(store, [&](Tables& tables) -> Result<void> {
    CHECK_OK(tables.groups.dissolve(group));
    return tables.group_requests.reject_all(group, kNow);
  });
  CHECK(box(kAnn, Box::in).empty());
  CHECK(box(kCarl, Box::out)[0].state == RequestState::rejected);
  CHECK(read(store, [&](Tables& tables) { return tables.group_requests.standing(kCarl, group); }).rejected_at == kNow);
  CHECK(box(kDora, Box::out)[0].state == RequestState::approved);
}

void what_a_new_request_is_held_against(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  const UserKey annie("ann2");  // begins alike
  add_people(store, {kAnn, kBob, kCarl, annie});
  const auto standing = [&](const UserKey& from, const UserKey& to) {
    return read(store, [&](Tables& tables) { return tables.friend_requests.standing(from, to); });
  };
  CHECK(standing(kAnn, kBob).sent == 0);
  ask(store, "r1", kAnn, kBob, kNow);
  ask(store, "r2", kAnn, kCarl, kNow);
  ask(store, "r3", annie, kBob, kNow);
  CHECK(standing(kAnn, kBob).sent == 2);
  CHECK(standing(kAnn, kBob).received == 2);
  CHECK(standing(kAnn, kBob).rejected_at == 0);
  const auto answer = [&](const char* id, RequestState state, Millis at) {
    write(store, [&](Tables& tables) { return tables.friend_requests.answer(RequestId(id), state, at); });
  };
  answer("r1", RequestState::rejected, kNow + 5);
  answer("r2", RequestState::approved, kNow + 6);
  CHECK(standing(kAnn, kBob).sent == 0);
  CHECK(standing(kAnn, kBob).received == 1);
  CHECK(standing(kAnn, kBob).rejected_at == kNow + 5);
  CHECK(standing(kAnn, kCarl).rejected_at == 0);
  CHECK(standing(kBob, kAnn).rejected_at == 0);
}

void what_was_answered_long_ago_goes(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  add_people(store, {kAnn, kBob, kCarl});
  for (const auto& [id, from] : {std::pair{"r1", kAnn}, std::pair{"r2", kCarl}}) ask(store, id, from, kBob, kNow);
  write(store, [](Tables& tables) {
    return tables.friend_requests.answer(RequestId("r1"), RequestState::rejected, kNow + 5);
  });
  const auto tidy = [&](Millis before, std::size_t limit = 9) {
    return write(store, [&](Tables& tables) { return tables.tidy.answered_requests(before, limit); });
  };
  CHECK(tidy(kNow + 5) == 0);
  CHECK(tidy(kNow + 6) == 1);
  CHECK(tidy(kNow * 2) == 0);  // one that waits is never old
  CHECK(read(store, [](Tables& tables) { return tables.friend_requests.list(kBob, Box::in, {}, 9); }).size() == 1);
}

}  // namespace

void request_store(const MakeBed& make) {
  what_a_new_request_is_held_against(make);
  what_was_answered_long_ago_goes(make);
  a_friend_request_is_pending_once(make);
  boxes_have_pages_newest_first(make);
  group_requests_reach_those_who_manage(make);
}

}  // namespace godwit::user::suite

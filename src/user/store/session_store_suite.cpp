#include "user/every_suite.hpp"
#include "user/store/store_fixture.hpp"

namespace godwit::user::suite {
namespace {

void sessions_live_and_end(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  add_people(store, {kAnn, kBob});
  write(store, [](Tables& tables) -> Result<void> {
    CHECK_OK(tables.sessions.add(session("s2", kAnn, kNow + 2)));
    CHECK_OK(tables.sessions.add(session("s1", kAnn, kNow + 1)));
    return tables.sessions.add(session("s3", kBob, kNow));
  });
  const auto found = read(store, [](Tables& tables) { return tables.sessions.find(SessionId("s2")); });
  REQUIRE(found.has_value());
  CHECK(found->user == kAnn);
  CHECK(found->device == DeviceId("device of s2"));
  CHECK(found->device_name == "Phone");
  CHECK(found->expires_at == kNow + 1002);
  const auto mine = read(store, [](Tables& tables) { return tables.sessions.of_user(kAnn); });
  REQUIRE(mine.size() == 2);
  CHECK(mine[0].id == SessionId("s1"));
  CHECK(write(store, [](Tables& tables) { return tables.sessions.remove(SessionId("s2")); }));
  CHECK_FALSE(write(store, [](Tables& tables) { return tables.sessions.remove(SessionId("s2")); }));
  CHECK_FALSE(read(store, [](Tables& tables) { return tables.sessions.find(SessionId("s2")); }).has_value());
}

void last_seen_moves_forward_only(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  add_people(store, {kAnn});
  write(store, [](Tables& tables) { return tables.sessions.add(session("s1", kAnn, kNow)); });
  const auto touch = [&](Millis at) {
    const std::vector<std::pair<SessionId, Millis>> seen{{SessionId("s1"), at}, {SessionId("ended"), at}};
    write(store, [&](Tables& tables) { return tables.sessions.touch(seen); });
    return read(store, [](Tables& tables) { return tables.sessions.find(SessionId("s1")); })->last_seen_at;
  };
  CHECK(touch(kNow + 10) == kNow + 10);
  CHECK(touch(kNow + 5) == kNow + 10);
}

}  // namespace

void session_store(const MakeBed& make) {
  sessions_live_and_end(make);
  last_seen_moves_forward_only(make);
}

}  // namespace godwit::user::suite

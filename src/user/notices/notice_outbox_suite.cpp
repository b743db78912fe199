#include "user/every_suite.hpp"
#include "user/notices/notices.hpp"
#include "user/store/store_fixture.hpp"

namespace godwit::user::suite {
namespace {

Notice rename(const char* once, const char* name) {
  auto notice = group_changed(GroupKey("birds"), kAnn, "renamed", {}, name);
  notice.once = once;
  return notice;
}

void notices_wait_in_order_of_commits(const MakeBed& make) {
  auto bed = make();
  auto joined = join_approved(RequestId("r1"), GroupKey("birds"), kBob);
  joined.once = "n2";
  write(bed->store(), [&](Tables& tables) { return tables.outbox.add(rename("n1", "Waders \xC3\xA9")); });
  write(bed->store(), [&](Tables& tables) { return tables.outbox.add(joined); });
  auto told = friend_changed(FriendChange::removed, kAnn, kBob);
  told.once = "n3";
  write(bed->store(), [&](Tables& tables) { return tables.outbox.add(told); });
  bed->restart();
  auto& store = bed->store();
  const auto rows =
      read(store, [](Tables& tables) { return tables.outbox.of(Conversation::of_group(GroupKey("birds")), 10); });
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].ordinal < rows[1].ordinal);
  CHECK(rows[0].notice.once == "n1");
  CHECK(rows[0].notice.frame.detail == "Waders \xC3\xA9");
  CHECK(rows[1].notice.frame.joined == std::vector<UserKey>{kBob});
  CHECK(rows[1].notice.frame.type == Type::join_approved);
  const auto waiting = read(store, [](Tables& tables) { return tables.outbox.waiting("", 10); });
  CHECK(waiting ==
        std::vector<Conversation>{Conversation::of_group(GroupKey("birds")), Conversation::notices_of(kBob)});
  CHECK(read(store, [&](Tables& tables) { return tables.outbox.waiting(waiting[0].name(), 10); }).size() == 1);
  const std::vector<std::int64_t> done{rows[0].ordinal, rows[1].ordinal};
  for (int i = 0; i < 2; ++i) write(store, [&](Tables& tables) { return tables.outbox.remove(done); });
  CHECK(read(store, [](Tables& tables) { return tables.outbox.waiting("", 10); }).size() == 1);
}

void a_notice_replaces_the_one_that_waits(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  for (const auto& [once, told] : {std::pair{"n1", kBob}, std::pair{"n2", kBob}, std::pair{"n3", kCarl}}) {
    auto notice = friend_changed(FriendChange::profile, kAnn, told);
    notice.once = once;
    write(store, [&](Tables& tables) { return tables.outbox.add(notice); });
  }
  const auto rows = read(store, [](Tables& tables) { return tables.outbox.of(Conversation::notices_of(kBob), 10); });
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].notice.once == "n2");  // a new one: the old may be on its way already
  CHECK(read(store, [](Tables& tables) { return tables.outbox.waiting("", 10); }).size() == 2);
}

void a_change_that_fails_owes_nobody(const MakeBed& make) {
  const auto bed = make();
  const auto failed = sync_wait(bed->store().write([](Tables& tables) -> Result<void> {
    CHECK_OK(tables.outbox.add(rename("n1", "never")));
    return fail(Code::forbidden);
  }));
  CHECK(failed.error().code == Code::forbidden);
  CHECK(read(bed->store(), [](Tables& tables) { return tables.outbox.waiting("", 10); }).empty());
}

}  // namespace

void notice_outbox(const MakeBed& make) {
  notices_wait_in_order_of_commits(make);
  a_notice_replaces_the_one_that_waits(make);
  a_change_that_fails_owes_nobody(make);
}

}  // namespace godwit::user::suite

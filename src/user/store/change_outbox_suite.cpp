#include "user/every_suite.hpp"
#include "user/store/store_fixture.hpp"

namespace godwit::user::suite {
namespace {

void changes_wait_whole_and_in_order(const MakeBed& make) {
  auto bed = make();
  const std::vector<changes::Change> first{changes::session_ended(SessionId("s1")), changes::pair(kAnn, kBob),
                                           changes::group(GroupKey("birds")), changes::card(kCarl),
                                           changes::session_ended(SessionId("s2"))};
  const std::vector second{changes::card(kDora)};
  const auto one = write(bed->store(), [&](Tables& tables) { return tables.changes.add(first); });
  const auto two = write(bed->store(), [&](Tables& tables) { return tables.changes.add(second); });
  CHECK(one > 0);
  CHECK(two > one);
  bed->restart();
  auto& store = bed->store();
  const auto waiting = [&](std::int64_t after, std::size_t limit) {
    return read(store, [&](Tables& tables) { return tables.changes.waiting(after, limit); });
  };
  const auto rows = waiting(0, 10);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].ordinal == one);
  CHECK(rows[0].changes == first);
  CHECK(rows[1].changes == second);
  CHECK(waiting(0, 1).size() == 1);
  CHECK(waiting(one, 10)[0].ordinal == two);
  const std::vector<std::int64_t> done{one, two};
  for (int i = 0; i < 2; ++i) write(store, [&](Tables& tables) { return tables.changes.remove(done); });
  CHECK(waiting(0, 10).empty());
  // An ordinal is never given again: a late removal takes nobody else's.
  CHECK(write(store, [&](Tables& tables) { return tables.changes.add(second); }) > two);
}

void a_write_that_fails_leaves_nothing_to_tell(const MakeBed& make) {
  const auto bed = make();
  const std::vector change{changes::card(kDora)};
  const auto failed = sync_wait(bed->store().write([&](Tables& tables) -> Result<void> {
    CHECK_OK(tables.changes.add(change));
    return fail(Code::forbidden);
  }));
  CHECK(failed.error().code == Code::forbidden);
  CHECK(read(bed->store(), [](Tables& tables) { return tables.changes.waiting(0, 10); }).empty());
}

}  // namespace

void change_outbox(const MakeBed& make) {
  changes_wait_whole_and_in_order(make);
  a_write_that_fails_leaves_nothing_to_tell(make);
}

}  // namespace godwit::user::suite

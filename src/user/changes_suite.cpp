#include "user/every_suite.hpp"
#include "user/role_fixture.hpp"
#include "user/store/change_outbox.hpp"

/// What one user role changes, another one on the same store and change log knows; and what a crash, a log that is away
/// or a change that gets lost leave behind.
namespace godwit::user::suite {
namespace {

Replied block(RoleBed& bed, const Identity& who, const char* other) {
  return bed.call(who, "PUT", "/v1/blocks/{key}", {other});
}
bool blocked(UserRole& role, const Identity& a, const Identity& b) {
  return taken(sync_wait(role.relation(a.user, b.user))).blocked;
}
std::size_t rows_left(RoleBed& bed) {
  return read(bed.store(), [](Tables& tables) { return tables.changes.waiting(0, 100); }).size();
}

void what_one_changes_the_other_knows(const MakeBed& make) {
  RoleBed bed(make);
  const auto other = bed.start_process();
  const auto ann = bed.person("ann"), bob = bed.person("bob");
  const auto group = bed.group_of(ann, {bob});
  const auto token = bed.try_log_in("bob", "laptop").text("token");
  const auto members = [&] { return taken(sync_wait(other->role.roster(GroupKey(group))))->members.size(); };
  const auto awake = [&] { return taken(sync_wait(other->role.awake_friends(bob.user)))->size(); };
  const auto name = [&] { return taken(sync_wait(other->role.user_cards({ann.user})))[0].name; };
  CHECK_FALSE(blocked(other->role, bob, ann));
  CHECK(awake() == 1);
  CHECK(members() == 2);
  CHECK(name() == "ann");
  const auto laptop = taken(sync_wait(other->role.authenticate(token))).who;
  CHECK(block(bed, ann, "bob").status == 204);
  CHECK(blocked(other->role, bob, ann));
  CHECK(awake() == 0);
  CHECK(bed.call(ann, "DELETE", "/v1/groups/{key}/members/{user}", {group, "bob"}).status == 204);
  CHECK(members() == 1);
  CHECK(bed.call(ann, "PATCH", "/v1/me", {}, R"({"name":"Ann"})").status == 200);
  CHECK(name() == "Ann");
  CHECK(bed.call(laptop, "DELETE", "/v1/sessions/{id}", {"current"}).status == 204);
  CHECK(sync_wait(other->role.authenticate(token)).error().code == Code::unauthenticated);
  sync_wait(bed.role().tick());
  CHECK(rows_left(bed) == 0);
}

void a_log_that_is_away_is_told_later(const MakeBed& make) {
  RoleBed bed(make);
  const auto other = bed.start_process();
  const auto ann = bed.person("ann"), bob = bed.person("bob");
  sync_wait(bed.role().tick());
  for (auto* role : {&bed.role(), &other->role}) CHECK_FALSE(blocked(*role, bob, ann));
  bed.change_log.broken = true;
  CHECK(block(bed, ann, "bob").status == 204);  // the change itself stands
  CHECK(blocked(bed.role(), bob, ann));         // whoever made it knows
  CHECK_FALSE(blocked(other->role, bob, ann));
  sync_wait(bed.role().tick());
  CHECK(rows_left(bed) == 1);
  bed.change_log.broken = false;
  sync_wait(bed.role().tick());
  CHECK(blocked(other->role, bob, ann));
  CHECK(rows_left(bed) == 0);
}

void what_a_crash_left_is_told_by_whoever_is_there(const MakeBed& make) {
  RoleBed bed(make);
  const auto other = bed.start_process();
  const auto ann = bed.person("ann"), bob = bed.person("bob");
  CHECK_FALSE(blocked(other->role, bob, ann));
  bed.change_log.broken = true;
  CHECK(block(bed, ann, "bob").status == 204);
  bed.restart_role();
  bed.change_log.broken = false;
  sync_wait(other->role.tick());
  CHECK(blocked(other->role, bob, ann));
  CHECK(rows_left(bed) == 0);
}

void a_log_that_ends_with_the_process_owes_nothing(const MakeBed& make) {
  RoleBed bed(make);
  bed.change_log.outlives = false;
  const auto ann = bed.person("ann"), bob = bed.person("bob");
  CHECK_FALSE(blocked(bed.role(), bob, ann));
  CHECK(block(bed, ann, "bob").status == 204);
  CHECK(blocked(bed.role(), bob, ann));
  bed.log_in("ann", "phone");
  CHECK(bed.change_log.take_ended() == std::vector{ann.session});
  CHECK(sync_wait(bed.role().admin().set_disabled(bob.user, true)));
  CHECK(bed.change_log.take_ended() == std::vector{bob.session});
  CHECK(rows_left(bed) == 0);
}

void who_hears_nothing_for_a_second_asks_the_store(const MakeBed& make) {
  RoleBed bed(make);
  bed.change_log.pulse = &bed.clock;
  const auto other = bed.start_process();
  bed.change_log.deaf = {&bed.change_log.last()};
  const auto ann = bed.person("ann"), bob = bed.person("bob");
  CHECK_FALSE(blocked(other->role, bob, ann));
  CHECK(block(bed, ann, "bob").status == 204);
  bed.clock.advance(999);
  CHECK_FALSE(blocked(other->role, bob, ann));  // for so long it may be wrong
  bed.clock.advance(1);
  CHECK(blocked(other->role, bob, ann));
  CHECK(bed.call(ann, "DELETE", "/v1/blocks/{key}", {"bob"}).status == 204);
  CHECK_FALSE(blocked(other->role, bob, ann));  // at once: nothing that is kept is believed
}

/// The log is back, and a change of the time when it was away still waits in the outbox.
void what_was_kept_before_a_silence_is_not_believed_after_it(const MakeBed& make) {
  RoleBed bed(make);
  bed.change_log.pulse = &bed.clock;
  const auto other = bed.start_process();
  const auto ann = bed.person("ann"), bob = bed.person("bob");
  const auto group = bed.group_of(ann, {bob});
  const auto token = bed.try_log_in("bob", "laptop").text("token");
  bed.change_log.beat();
  const auto laptop = taken(sync_wait(other->role.authenticate(token))).who;
  CHECK_FALSE(blocked(other->role, bob, ann));
  CHECK(taken(sync_wait(other->role.user_cards({ann.user})))[0].name == "ann");
  sync_wait(bed.role().tick());
  bed.change_log.broken = true;
  CHECK(block(bed, ann, "bob").status == 204);
  CHECK(bed.call(laptop, "DELETE", "/v1/sessions/{id}", {"current"}).status == 204);
  CHECK(bed.call(ann, "PATCH", "/v1/me", {}, R"({"name":"Ann"})").status == 200);
  bed.clock.advance(1000);
  bed.change_log.beat();  // before anybody could tell what waits
  CHECK(rows_left(bed) == 3);
  CHECK(blocked(other->role, bob, ann));
  CHECK(sync_wait(other->role.authenticate(token)).error().code == Code::unauthenticated);
  CHECK(taken(sync_wait(other->role.user_cards({ann.user})))[0].name == "Ann");
  CHECK(taken(sync_wait(other->role.roster(GroupKey(group))))->members.size() == 2);
}

void what_gets_lost_holds_after_half_a_minute(const MakeBed& make) {
  RoleBed bed(make);
  bed.change_log.pulse = &bed.clock;
  const auto other = bed.start_process();
  bed.change_log.deaf = {&bed.change_log.last()};
  const auto ann = bed.person("ann"), bob = bed.person("bob");
  bed.change_log.beat();
  CHECK_FALSE(blocked(other->role, bob, ann));
  CHECK(block(bed, ann, "bob").status == 204);
  for (Millis left = bed.settings.cached_for_ms - 1; left > 0; left -= 500) {
    bed.clock.advance(std::min<Millis>(left, 500));
    bed.change_log.beat();
  }
  CHECK_FALSE(blocked(other->role, bob, ann));
  bed.clock.advance(1);
  CHECK(blocked(other->role, bob, ann));
  CHECK(bed.call(ann, "DELETE", "/v1/blocks/{key}", {"bob"}).status == 204);
  CHECK(blocked(other->role, bob, ann));
  bed.change_log.last().lost();  // it is told that something is missing
  CHECK_FALSE(blocked(other->role, bob, ann));
}

/// What a socket asks that opens again, hours after it was asked before.
void who_comes_back_costs_no_read_until_a_change(const MakeBed& make) {
  RoleBed bed(make);
  bed.change_log.pulse = &bed.clock;
  const auto other = bed.start_process();
  const auto ann = bed.person("ann"), bob = bed.person("bob");
  bed.befriend(ann, bob);
  const auto token = bed.try_log_in("ann", "laptop").text("token");
  const auto friends = [&] { return taken(sync_wait(other->role.awake_friends(ann.user)))->size(); };
  bed.change_log.beat();
  const auto laptop = taken(sync_wait(other->role.authenticate(token))).who;
  CHECK(friends() == 1);
  const auto listen = [&](Millis all) {
    for (; all > 0; all -= 900) {
      bed.clock.advance(std::min(all, Millis{900}));
      bed.change_log.beat();
    }
  };
  const auto asked = bed.reads();
  listen(Millis{3} * 3600 * 1000);
  CHECK(sync_wait(other->role.authenticate(token)));
  CHECK(sync_wait(other->role.prove_again(laptop)));
  CHECK(friends() == 1);
  CHECK(bed.reads() == asked);
  // Kept so long, and wrong not for a moment longer than before.
  CHECK(block(bed, ann, "bob").status == 204);
  CHECK(friends() == 0);
  CHECK(bed.call(laptop, "DELETE", "/v1/sessions/{id}", {"current"}).status == 204);
  CHECK(sync_wait(other->role.authenticate(token)).error().code == Code::unauthenticated);
  CHECK(bed.reads() > asked);
  // Not for ever, whatever was heard.
  const auto again = bed.try_log_in("ann", "laptop").text("token");
  CHECK(sync_wait(other->role.authenticate(again)));
  const auto then = bed.reads();
  listen(bed.settings.told_cached_for_ms - 1);
  CHECK(sync_wait(other->role.authenticate(again)));
  CHECK(bed.reads() == then);
  listen(1);
  CHECK(sync_wait(other->role.authenticate(again)));
  CHECK(bed.reads() > then);
}

void only_what_became_another_is_told(const MakeBed& make) {
  RoleBed bed(make);
  const auto ann = bed.person("ann"), bob = bed.person("bob");
  bed.change_log.published.clear();
  const auto told = [&] { return std::exchange(bed.change_log.published, {}); };
  CHECK(bed.call(ann, "POST", "/v1/friend-requests", {}, R"({"receiver":"bob"})").status == 201);
  CHECK(bed.call(ann, "PATCH", "/v1/me", {}, R"({"groupInvites":"refuse"})").status == 200);
  CHECK(bed.call(ann, "DELETE", "/v1/friends/{key}", {"bob"}).status == 404);
  CHECK(told().empty());
  CHECK(bed.call(bob, "POST", "/v1/friend-requests", {}, R"({"receiver":"ann"})").status == 200);
  CHECK(told() == std::vector<changes::Change>{changes::pair(ann.user, bob.user)});
  bed.log_in("ann", "phone");
  CHECK(told() == std::vector<changes::Change>{changes::session_ended(ann.session)});
}

}  // namespace

void changes_told(const MakeBed& make) {
  what_one_changes_the_other_knows(make);
  a_log_that_is_away_is_told_later(make);
  what_a_crash_left_is_told_by_whoever_is_there(make);
  a_log_that_ends_with_the_process_owes_nothing(make);
  who_hears_nothing_for_a_second_asks_the_store(make);
  what_was_kept_before_a_silence_is_not_believed_after_it(make);
  what_gets_lost_holds_after_half_a_minute(make);
  who_comes_back_costs_no_read_until_a_change(make);
  only_what_became_another_is_told(make);
}

}  // namespace godwit::user::suite

#include <chrono>
#include <thread>

#include "user/every_suite.hpp"
#include "user/role_fixture.hpp"

/// Friends, requests, blocks, profiles, and who is told, on an engine's store.
namespace godwit::user::suite {
namespace {

Replied ask(RoleBed& bed, const Identity& who, const Identity& other) {
  return bed.call(who, "POST", "/v1/friend-requests", {}, R"({"receiver":")" + other.user.str() + R"(","note":"hi"})");
}
bool friends(RoleBed& bed, const Identity& a, const Identity& b) {
  return taken(sync_wait(bed.role().relation(a.user, b.user))).friends;
}

void a_request_is_told_answered_and_told(const MakeBed& make) {
  RoleBed bed(make);
  const auto ann = bed.person("ann"), bob = bed.person("bob"), carl = bed.person("carl");
  CHECK_FALSE(friends(bed, ann, bob));
  const auto asked = ask(bed, ann, bob);
  CHECK(asked.status == 201);
  auto told = bed.dispatch.take();
  REQUIRE(told.size() == 1);
  CHECK(told[0].frame.type == Type::friend_request);
  CHECK(told[0].frame.conversation == Conversation::notices_of(bob.user));
  CHECK(told[0].frame.sender == "ann");
  CHECK(told[0].frame.text == "hi");
  CHECK(told[0].frame.request == asked.text("id"));
  CHECK(ask(bed, ann, bob).status == 200);
  CHECK(bed.dispatch.take().empty());
  const std::vector<std::string> id{asked.text("id")};
  CHECK(bed.call(ann, "POST", "/v1/friend-requests/{id}/approve", id).is(403, "forbidden"));
  CHECK(bed.call(carl, "POST", "/v1/friend-requests/{id}/approve", id).is(404, "not_found"));
  CHECK(bed.call(bob, "POST", "/v1/friend-requests/{id}/approve", id).text("state") == "approved");
  CHECK(bed.call(bob, "POST", "/v1/friend-requests/{id}/reject", id).is(409, "already_answered"));
  told = bed.dispatch.take();
  REQUIRE(told.size() == 1);
  CHECK(told[0].frame.type == Type::friend_approved);
  CHECK(told[0].frame.sender == "bob");
  CHECK(told[0].frame.receiver == "ann");
  CHECK(friends(bed, ann, bob));
  CHECK(friends(bed, bob, ann));
  CHECK(ask(bed, bob, ann).is(409, "already_friends"));
}

void crossing_and_rejected_requests(const MakeBed& make) {
  RoleBed bed(make);
  const auto ann = bed.person("ann"), bob = bed.person("bob");
  const auto first = ask(bed, ann, bob).text("id");
  bed.dispatch.take();
  CHECK(bed.call(bob, "POST", "/v1/friend-requests/{id}/reject", {first}).text("state") == "rejected");
  auto told = bed.dispatch.take();
  REQUIRE(told.size() == 1);
  CHECK(told[0].frame.type == Type::request_rejected);
  CHECK(told[0].frame.sender == first);
  CHECK(told[0].frame.receiver == "ann");
  CHECK(ask(bed, ann, bob).is(429, "cooling_off"));
  bed.clock.advance(bed.settings.caps.cooling_off_ms - 1);
  CHECK(ask(bed, ann, bob).is(429, "cooling_off"));
  bed.clock.advance(1);
  const auto second = ask(bed, ann, bob);
  CHECK(second.status == 201);
  CHECK(second.text("id") != first);
  bed.dispatch.take();
  const auto crossed = ask(bed, bob, ann);
  CHECK(crossed.status == 200);
  CHECK(crossed.text("id") == second.text("id"));
  CHECK(crossed.text("state") == "approved");
  told = bed.dispatch.take();
  REQUIRE(told.size() == 1);
  CHECK(told[0].frame.type == Type::friend_approved);
  CHECK(told[0].frame.receiver == "ann");
  CHECK(friends(bed, ann, bob));
  CHECK(ask(bed, ann, ann).wrong.contains("receiver"));
  CHECK(bed.call(ann, "POST", "/v1/friend-requests", {}, R"({"receiver":"nobody"})").is(404, "not_found"));
}

void blocks_put_friendships_to_sleep(const MakeBed& make) {
  RoleBed bed(make);
  const auto ann = bed.person("ann"), bob = bed.person("bob"), carl = bed.person("carl");
  bed.befriend(ann, bob);
  const auto awake = [&](const Identity& who) { return *taken(sync_wait(bed.role().awake_friends(who.user))); };
  CHECK(awake(bob) == std::vector<UserKey>{ann.user});
  CHECK(bed.call(ann, "PUT", "/v1/blocks/{key}", {"bob"}).status == 204);
  CHECK(bed.call(ann, "PUT", "/v1/blocks/{key}", {"bob"}).status == 204);
  CHECK(bed.call(ann, "PUT", "/v1/blocks/{key}", {"ann"}).status == 422);
  CHECK(bed.call(ann, "PUT", "/v1/blocks/{key}", {"nobody"}).status == 404);
  CHECK(taken(sync_wait(bed.role().relation(bob.user, ann.user))).blocked);
  CHECK(awake(bob).empty());
  CHECK(ask(bed, bob, ann).is(403, "blocked"));
  bed.call(bob, "PATCH", "/v1/me", {}, R"({"name":"Bobby"})");
  CHECK(bed.dispatch.take().empty());
  CHECK(bed.call(ann, "DELETE", "/v1/blocks/{key}", {"bob"}).status == 204);
  CHECK(bed.call(ann, "DELETE", "/v1/blocks/{key}", {"carl"}).status == 204);
  CHECK(friends(bed, ann, bob));
  CHECK(awake(bob).size() == 1);
}

void profiles_are_told_to_friends_once(const MakeBed& make) {
  RoleBed bed(make);
  const auto ann = bed.person("ann"), bob = bed.person("bob"), carl = bed.person("carl");
  bed.befriend(ann, bob);
  CHECK(taken(sync_wait(bed.role().user_cards({ann.user})))[0].name == "ann");
  const auto patch = [&](const char* body) { return bed.call(ann, "PATCH", "/v1/me", {}, body); };
  CHECK(patch(R"({"name":"Ann","bio":"x"})").text("name") == "Ann");
  const auto told = bed.dispatch.take();
  REQUIRE(told.size() == 1);
  CHECK(told[0].frame.type == Type::friend_changed);
  CHECK(told[0].frame.change == "profile");
  CHECK(told[0].frame.sender == "ann");
  CHECK(told[0].frame.conversation == Conversation::notices_of(bob.user));
  CHECK(taken(sync_wait(bed.role().user_cards({ann.user, UserKey("nobody")})))[0].name == "Ann");
  CHECK(patch(R"({"name":"Ann"})").status == 200);
  CHECK(patch(R"({})").text("bio") == "x");
  CHECK(bed.dispatch.take().empty());
  CHECK(patch(R"({"name":"","bio":5})").wrong.size() == 2);
}

void removing_a_friend_tells_the_other_alone(const MakeBed& make) {
  RoleBed bed(make);
  const auto ann = bed.person("ann"), bob = bed.person("bob");
  bed.befriend(ann, bob);
  taken(sync_wait(bed.registry.enter(bed.node, {{.user = bob.user, .session = bob.session, .device = bob.device}})));
  CHECK(bed.call(ann, "PATCH", "/v1/friends/{key}", {"bob"}, R"({"alias":"B"})").text("alias") == "B");
  CHECK(bed.call(ann, "GET", "/v1/friends").body.find(R"("online":true)") != std::string::npos);
  CHECK(friends(bed, bob, ann));
  CHECK(bed.call(ann, "DELETE", "/v1/friends/{key}", {"bob"}).status == 204);
  CHECK_FALSE(friends(bed, bob, ann));
  const auto told = bed.dispatch.take();
  REQUIRE(told.size() == 1);
  CHECK(told[0].frame.change == "removed");
  CHECK(told[0].frame.conversation == Conversation::notices_of(bob.user));
  CHECK(bed.call(ann, "DELETE", "/v1/friends/{key}", {"bob"}).is(404, "not_found"));
  CHECK(bed.call(ann, "PATCH", "/v1/friends/{key}", {"bob"}, R"({"alias":"B"})").is(404, "not_found"));
}

void one_profile_notice_waits_a_friend(const MakeBed& make) {
  RoleBed bed(make);
  const auto ann = bed.person("ann"), bob = bed.person("bob"), carl = bed.person("carl");
  bed.befriend(ann, bob);
  bed.befriend(carl, bob);
  bed.dispatch.broken = true;
  for (int i = 0; i < 20; ++i) bed.call(ann, "PATCH", "/v1/me", {}, R"({"name":"Ann )" + std::to_string(i) + "\"}");
  bed.call(carl, "PATCH", "/v1/me", {}, R"({"name":"Carl"})");
  bed.dispatch.broken = false;
  sync_wait(bed.role().tick());
  const auto told = bed.dispatch.take();
  REQUIRE(told.size() == 2);
  CHECK(told[0].frame.sender == "ann");
  CHECK(told[1].frame.sender == "carl");
  bed.call(ann, "PATCH", "/v1/me", {}, R"({"name":"Ann"})");
  CHECK(bed.dispatch.take().size() == 1);  // what was told is told anew
}

void what_could_not_be_told_is_told_later(const MakeBed& make) {
  RoleBed bed(make);
  const auto ann = bed.person("ann"), bob = bed.person("bob"), carl = bed.person("carl");
  bed.dispatch.broken = true;
  CHECK(ask(bed, ann, bob).status == 201);
  CHECK(ask(bed, carl, bob).status == 201);
  CHECK(bed.dispatch.take().empty());
  bed.restart_role();  // the process died in between
  bed.dispatch.broken = false;
  sync_wait(bed.role().tick());
  const auto told = bed.dispatch.take();
  REQUIRE(told.size() == 2);
  CHECK(told[0].frame.sender == "ann");
  CHECK(told[1].frame.sender == "carl");
  sync_wait(bed.role().tick());
  CHECK(bed.dispatch.take().empty());
}

/// The outbox is replayed on the role's own thread, and not on a store's that happened to answer.
void chores_stay_on_their_own_thread(const MakeBed& make) {
  RoleBed bed(make);
  const auto ann = bed.person("ann"), bob = bed.person("bob"), carl = bed.person("carl");
  bed.dispatch.broken = true;
  ask(bed, ann, bob);
  ask(bed, carl, bob);
  bed.dispatch.broken = false;
  bed.role().start();
  std::vector<FakeDispatch::Seen> told;
  for (int i = 0; i < 1000 && told.size() < 2; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    for (auto& seen : bed.dispatch.take()) told.push_back(std::move(seen));
  }
  bed.role().stop();
  REQUIRE(told.size() == 2);
  CHECK(told[0].home != nullptr);
  CHECK(told[1].home == told[0].home);
}

void many_who_must_be_told_do_not_hold_up_the_answer(const MakeBed& make) {
  RoleBed bed(make);
  bed.settings.notices_awaited = 2;
  bed.restart_role();
  const auto ann = bed.person("ann");
  for (int i = 0; i < 5; ++i) bed.befriend(ann, bed.person("other" + std::to_string(i)));
  bed.call(ann, "PATCH", "/v1/me", {}, R"({"name":"Ann"})");
  CHECK(bed.dispatch.take().size() == 2);
  sync_wait(bed.role().tick());
  CHECK(bed.dispatch.take().size() == 3);
}

void a_relation_with_nobody_is_asked_anew(const MakeBed& make) {
  RoleBed bed(make);
  const auto ann = bed.person("ann");
  CHECK_FALSE(taken(sync_wait(bed.role().relation(ann.user, UserKey("bob")))).exists);
  bed.person("bob");
  CHECK(taken(sync_wait(bed.role().relation(ann.user, UserKey("bob")))).exists);
}

void lists_have_pages(const MakeBed& make) {
  RoleBed bed(make);
  const auto ann = bed.person("ann");
  for (int i = 0; i < 5; ++i) {
    const auto other = bed.person("other" + std::to_string(i));
    bed.befriend(ann, other);
    bed.call(ann, "PUT", "/v1/blocks/{key}", {other.user.str()});
  }
  for (const auto* list : {"/v1/friends", "/v1/blocks", "/v1/friend-requests", "/v1/users"}) {
    std::string cursor, all;
    int pages = 0;
    do {
      const auto query = "box=out&q=other&limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor);
      const auto page = bed.call(ann, "GET", list, {}, {}, query);
      REQUIRE(page.status == 200);
      cursor = page.json().maybe_text("next").value_or("");
      all += page.body;
      ++pages;
    } while (!cursor.empty() && pages < 9);
    CHECK(pages == 3);
    for (int i = 0; i < 5; ++i) CHECK(all.find("\"other" + std::to_string(i) + "\"") != std::string::npos);
    CHECK(bed.call(ann, "GET", list, {}, {}, "cursor=garbage").is(400, "bad_cursor"));
  }
}

}  // namespace

void people(const MakeBed& make) {
  a_request_is_told_answered_and_told(make);
  crossing_and_rejected_requests(make);
  blocks_put_friendships_to_sleep(make);
  profiles_are_told_to_friends_once(make);
  removing_a_friend_tells_the_other_alone(make);
  one_profile_notice_waits_a_friend(make);
  what_could_not_be_told_is_told_later(make);
  SUBCASE("chores stay on their own thread") { chores_stay_on_their_own_thread(make); }
  many_who_must_be_told_do_not_hold_up_the_answer(make);
  a_relation_with_nobody_is_asked_anew(make);
  lists_have_pages(make);
}

}  // namespace godwit::user::suite

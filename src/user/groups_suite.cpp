#include <algorithm>

#include "user/every_suite.hpp"
#include "user/role_fixture.hpp"

/// Groups and their members, on an engine's store.
namespace godwit::user::suite {
namespace {

void a_group_begins_with_friends_alone(const MakeBed& make) {
  RoleBed bed(make);
  Members in(bed);
  const auto created = in.only();
  CHECK(created.frame.type == Type::group_changed);
  CHECK(created.frame.change == "created");
  CHECK(created.frame.conversation == in.conversation);
  auto joined = created.frame.joined;
  std::ranges::sort(joined);
  CHECK(joined == std::vector<UserKey>{in.ann.user, in.bob.user, in.owner.user});
  const auto post = [&](const char* members) {
    return bed.call(in.owner, "POST", "/v1/groups", {}, std::string(R"({"name":"x","members":)") + members + "}");
  };
  CHECK(post(R"(["ann","carl"])").is(403, "not_friends"));
  CHECK(post(R"(["nobody"])").is(404, "not_found"));
  CHECK(post(R"(["carl","nobody"])").is(404, "not_found"));  // who is not there before who is no friend
  CHECK(post(R"(["ann",5])").wrong.contains("members"));
  CHECK(post(R"(["ann","ann","owner"])").json().integer("memberCount") == 2);
  bed.call(in.ann, "PUT", "/v1/blocks/{key}", {"owner"});
  CHECK(post(R"(["ann"])").is(403, "blocked"));
  CHECK(taken(sync_wait(bed.role().roster(GroupKey(in.group))))->members.size() == 3);
}

void changes_of_a_group_are_told(const MakeBed& make) {
  RoleBed bed(make);
  Members in(bed);
  bed.dispatch.take();
  const auto patch = [&](const Identity& who, const char* body) {
    return bed.call(who, "PATCH", "/v1/groups/{key}", {in.group}, body);
  };
  CHECK(patch(in.ann, R"({"name":"x"})").is(403, "forbidden"));
  CHECK(patch(in.carl, R"({"name":"x"})").is(403, "not_member"));
  CHECK(patch(in.owner, R"({"name":"","joinPolicy":"maybe"})").wrong.size() == 2);
  CHECK(patch(in.owner, R"({"name":"Waders","joinPolicy":"closed","notice":""})").text("joinPolicy") == "closed");
  const auto told = bed.dispatch.take();
  REQUIRE(told.size() == 2);
  CHECK(told[0].frame.change == "renamed");
  CHECK(told[0].frame.detail == "Waders");
  CHECK(told[1].frame.change == "policy");
  CHECK(told[1].frame.detail == "closed");
  CHECK(told[0].frame.conversation == in.conversation);
  CHECK(patch(in.owner, R"({"name":"Waders"})").status == 200);
  CHECK(bed.dispatch.take().empty());
  CHECK(taken(sync_wait(bed.role().group_cards({GroupKey(in.group)})))[0].name == "Waders");
  CHECK(in.join(in.carl).is(403, "group_closed"));
}

void roles_and_mutes(const MakeBed& make) {
  RoleBed bed(make);
  Members in(bed);
  bed.dispatch.take();
  const auto soon = std::to_string(bed.clock.now() + 60'000);
  CHECK(in.change(in.ann, in.bob, R"({"role":"admin"})").is(403, "forbidden"));
  CHECK(in.change(in.owner, in.carl, R"({"role":"admin"})").is(404, "not_found"));
  CHECK(in.change(in.carl, in.bob, R"({"role":"admin"})").is(403, "not_member"));
  CHECK(in.change(in.owner, in.bob, R"({"role":"king"})").wrong.contains("role"));
  CHECK(in.change(in.owner, in.ann, R"({"mutedUntil":)" + soon + "}").json().integer("mutedUntil") == std::stoll(soon));
  auto told = in.only();
  CHECK(told.frame.change == "muted");
  CHECK(told.frame.target == "ann");
  CHECK(told.frame.detail == soon);
  CHECK(taken(sync_wait(bed.role().roster(GroupKey(in.group))))->find(in.ann.user)->muted_until == std::stoll(soon));
  CHECK(in.change(in.owner, in.ann, R"({"role":"admin"})").json().is_null("mutedUntil"));
  told = in.only();
  CHECK(told.frame.change == "role");
  CHECK(told.frame.detail == "admin");
  CHECK(in.change(in.ann, in.bob, R"({"mutedUntil":)" + soon + "}").status == 200);
  CHECK(in.change(in.ann, in.bob, R"({"mutedUntil":null})").json().is_null("mutedUntil"));
  CHECK(in.change(in.ann, in.owner, R"({"mutedUntil":)" + soon + "}").is(403, "forbidden"));
  CHECK(in.change(in.ann, in.ann, R"({"role":"owner"})").is(403, "forbidden"));
  bed.dispatch.take();
  CHECK(in.change(in.owner, in.bob, R"({"role":"owner"})").text("role") == "owner");
  CHECK(in.only().frame.detail == "owner");
  const auto roster = taken(sync_wait(bed.role().roster(GroupKey(in.group))));
  CHECK(roster->group.owner == in.bob.user);
  CHECK(roster->find(in.owner.user)->role == Role::admin);
}

void a_mute_ends_by_itself_and_not_by_leaving(const MakeBed& make) {
  RoleBed bed(make);
  Members in(bed);
  bed.call(in.owner, "PATCH", "/v1/groups/{key}", {in.group}, R"({"joinPolicy":"open"})");
  const auto until = bed.clock.now() + 60'000;
  const auto shown = [&] {
    return bed.call(in.owner, "GET", "/v1/groups/{key}/members", {in.group}).body.find(std::to_string(until)) !=
           std::string::npos;
  };
  in.change(in.owner, in.ann, R"({"mutedUntil":)" + std::to_string(until) + "}");
  CHECK(shown());
  for (int i = 0; i < 2; ++i) {
    CHECK(in.remove(in.ann, "me").status == 204);
    CHECK(in.join(in.ann).status == 201);
    CHECK(taken(sync_wait(bed.role().roster(GroupKey(in.group))))->find(in.ann.user)->muted_until == until);
    CHECK(shown());
  }
  bed.clock.advance(60'001);
  CHECK_FALSE(shown());
  bed.dispatch.take();
  CHECK(in.change(in.owner, in.ann, R"({"mutedUntil":null})").json().is_null("mutedUntil"));
  CHECK(bed.dispatch.take().empty());  // it was over: nothing changed
  CHECK(in.remove(in.ann, "me").status == 204);
  CHECK(in.join(in.ann).status == 201);
  CHECK_FALSE(shown());
}

void removing_leaving_dissolving(const MakeBed& make) {
  RoleBed bed(make);
  Members in(bed);
  bed.dispatch.take();
  CHECK(in.remove(in.ann, "bob").is(403, "forbidden"));
  CHECK(in.remove(in.owner, "carl").is(404, "not_found"));
  CHECK(in.remove(in.carl, "me").is(403, "not_member"));
  CHECK(in.remove(in.owner, "me").is(409, "owner_must_transfer"));
  CHECK(in.remove(in.owner, "bob").status == 204);
  auto told = in.only();
  CHECK(told.frame.change == "removed");
  CHECK(told.frame.left == std::vector<UserKey>{in.bob.user});
  CHECK(in.remove(in.ann, "ann").status == 204);
  told = in.only();
  CHECK(told.frame.change == "left");
  CHECK(told.frame.sender == "ann");
  CHECK(bed.call(in.ann, "DELETE", "/v1/groups/{key}", {in.group}).is(403, "not_member"));
  CHECK(bed.call(in.owner, "DELETE", "/v1/groups/{key}", {in.group}).status == 204);
  told = in.only();
  CHECK(told.frame.change == "dissolved");
  CHECK(told.frame.left.empty());  // who is in still reads it
  CHECK(sync_wait(bed.role().roster(GroupKey(in.group))).error().code == Code::not_found);
  CHECK(in.join(in.ann).is(404, "not_found"));
  CHECK(taken(sync_wait(bed.role().group_cards({GroupKey(in.group)})))[0].name == "Birds");
}

void joining(const MakeBed& make) {
  RoleBed bed(make);
  Members in(bed);
  in.change(in.owner, in.ann, R"({"role":"admin"})");
  bed.dispatch.take();
  CHECK(in.join(in.bob).is(409, "already_member"));
  const auto asked = in.join(in.carl);
  CHECK(asked.status == 201);
  auto told = bed.dispatch.take();
  REQUIRE(told.size() == 2);  // owner and admin, each in their own notices
  for (const auto& one : told) {
    CHECK(one.frame.type == Type::join_request);
    CHECK(one.frame.group == in.group);
    CHECK(one.frame.conversation.kind() == Conversation::Kind::notices);
  }
  CHECK(in.join(in.carl).status == 200);
  const auto id = asked.text("id");
  CHECK(in.answer(in.carl, id, "approve").is(403, "forbidden"));
  CHECK(in.answer(in.bob, id, "approve").is(404, "not_found"));
  CHECK(in.answer(in.ann, id, "reject").text("state") == "rejected");
  CHECK(in.only().frame.sender == id);
  CHECK(in.answer(in.ann, id, "approve").is(409, "already_answered"));
  CHECK(in.join(in.carl).is(429, "cooling_off"));
  bed.clock.advance(bed.settings.caps.cooling_off_ms);
  const auto again = in.join(in.carl).text("id");
  bed.dispatch.take();
  CHECK(in.answer(in.owner, again, "approve").text("state") == "approved");
  const auto in_now = in.only();
  CHECK(in_now.frame.type == Type::join_approved);
  CHECK(in_now.frame.conversation == in.conversation);
  CHECK(in_now.frame.joined == std::vector<UserKey>{in.carl.user});
}

void an_open_group_takes_in_at_once(const MakeBed& make) {
  RoleBed bed(make);
  Members in(bed);
  const auto waiting = in.join(in.carl).text("id");
  bed.call(in.owner, "PATCH", "/v1/groups/{key}", {in.group}, R"({"joinPolicy":"open"})");
  bed.dispatch.take();
  const auto again = in.join(in.carl);  // asked before it was opened
  CHECK(again.status == 200);
  CHECK(again.text("id") == waiting);
  CHECK(again.text("state") == "approved");
  CHECK(in.only().frame.type == Type::join_approved);
  CHECK(in.join(bed.person("dora")).text("state") == "approved");
  CHECK(taken(sync_wait(bed.role().roster(GroupKey(in.group))))->members.size() == 5);
}

void order_is_kept_through_failures(const MakeBed& make) {
  RoleBed bed(make);
  Members in(bed);
  bed.dispatch.take();
  bed.dispatch.broken = true;
  for (int i = 0; i < 250; ++i) {
    if (i == 100) bed.restart_role();
    CHECK(bed.call(in.owner, "PATCH", "/v1/groups/{key}", {in.group}, R"({"name":"n)" + std::to_string(i) + "\"}")
              .status == 200);
  }
  bed.dispatch.broken = false;
  CHECK(bed.call(in.owner, "PATCH", "/v1/groups/{key}", {in.group}, R"({"notice":"last"})").status == 200);
  const auto told = bed.dispatch.take();
  REQUIRE(told.size() == 251);
  for (int i = 0; i < 250; ++i) CHECK(told[static_cast<std::size_t>(i)].frame.detail == "n" + std::to_string(i));
  CHECK(told[250].frame.detail == "last");
}

/// Whoever is in it may read what is sent from now on; nobody is told who is, before that is so.
void a_roster_comes_after_its_notices(const MakeBed& make) {
  RoleBed bed(make);
  const auto owner = bed.person("owner"), ann = bed.person("ann"), bob = bed.person("bob");
  bed.befriend(owner, ann);
  bed.befriend(owner, bob);
  const auto roster = [&](const std::string& group) { return sync_wait(bed.role().roster(GroupKey(group))); };
  bed.dispatch.broken = true;
  const auto made = bed.call(owner, "POST", "/v1/groups", {}, R"({"name":"Birds","members":["ann"]})");
  REQUIRE(made.status == 201);
  const auto group = made.text("key");
  CHECK(roster(group).error().code == Code::unavailable);
  CHECK(roster("no-such-group").error().code == Code::not_found);
  bed.dispatch.broken = false;
  CHECK(taken(roster(group))->members.size() == 2);
  auto told = bed.dispatch.take();
  REQUIRE(told.size() == 1);
  CHECK(told[0].frame.change == "created");
  CHECK(roster(group));
  CHECK(bed.dispatch.take().empty());

  // The same of who joins, asked of another process.
  const auto process = bed.start_process();
  bed.dispatch.broken = true;
  CHECK(bed.call(owner, "PATCH", "/v1/groups/{key}", {group}, R"({"joinPolicy":"open"})").status == 200);
  CHECK(bed.call(bob, "POST", "/v1/groups/{key}/requests", {group}, "{}").text("state") == "approved");
  CHECK(sync_wait(process->role.roster(GroupKey(group))).error().code == Code::unavailable);
  bed.dispatch.broken = false;
  CHECK(taken(sync_wait(process->role.roster(GroupKey(group))))->members.size() == 3);
  told = bed.dispatch.take();
  REQUIRE(told.size() == 2);
  CHECK(told[1].frame.type == Type::join_approved);
  sync_wait(bed.role().tick());
  CHECK(bed.dispatch.take().empty());
}

}  // namespace

void groups(const MakeBed& make) {
  a_group_begins_with_friends_alone(make);
  changes_of_a_group_are_told(make);
  roles_and_mutes(make);
  a_mute_ends_by_itself_and_not_by_leaving(make);
  removing_leaving_dissolving(make);
  joining(make);
  an_open_group_takes_in_at_once(make);
  order_is_kept_through_failures(make);
  a_roster_comes_after_its_notices(make);
}

}  // namespace godwit::user::suite

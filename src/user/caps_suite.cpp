#include "user/every_suite.hpp"
#include "user/role_fixture.hpp"
#include "user/store/session_store.hpp"

/// What one account may have, how fast it may make others hear of it, and what is tidied away.
namespace godwit::user::suite {
namespace {

Replied ask_for(RoleBed& bed, const Identity& who, const std::string& other) {
  return bed.call(who, "POST", "/v1/friend-requests", {}, R"({"receiver":")" + other + R"("})");
}
Replied new_group(RoleBed& bed, const Identity& who, const std::string& members = "[]") {
  return bed.call(who, "POST", "/v1/groups", {}, R"({"name":"x","members":)" + members + "}");
}

void groups_owned_and_memberships_end(const MakeBed& make) {
  RoleBed bed(make);
  bed.settings.caps.groups_owned = 2;
  bed.settings.caps.memberships = 4;
  bed.restart_role();
  const auto ann = bed.person("ann"), bob = bed.person("bob"), carl = bed.person("carl");
  bed.befriend(ann, bob);
  bed.befriend(carl, bob);
  const auto first = new_group(bed, ann, R"(["bob"])").text("key");
  const auto second = new_group(bed, ann, R"(["bob"])").text("key");
  CHECK(new_group(bed, ann).is(409, "group_limit"));
  CHECK(new_group(bed, carl, R"(["bob"])").status == 201);
  CHECK(new_group(bed, bob).status == 201);  // bob is in four now
  CHECK(new_group(bed, carl, R"(["bob"])").is(409, "membership_limit"));
  CHECK(new_group(bed, bob).is(409, "membership_limit"));
  // A dissolved one counts no more; one that is handed over counts for the other.
  CHECK(bed.call(ann, "DELETE", "/v1/groups/{key}", {second}).status == 204);
  const auto third = new_group(bed, ann, R"(["bob"])").text("key");
  const auto hand_over = [&](const std::string& group) {
    return bed.call(ann, "PATCH", "/v1/groups/{key}/members/{user}", {group, "bob"}, R"({"role":"owner"})");
  };
  CHECK(hand_over(third).status == 200);
  CHECK(hand_over(first).is(409, "group_limit"));
  CHECK(new_group(bed, ann).status == 201);
}

void joining_and_approving_obey_the_caps(const MakeBed& make) {
  RoleBed bed(make);
  Members in(bed);
  bed.settings.caps.group_members = 4;
  bed.settings.caps.memberships = 1;
  bed.restart_role();
  const auto dora = bed.person("dora");
  const auto asked = in.join(in.carl).text("id"), late = in.join(dora).text("id");
  CHECK(in.answer(in.owner, asked, "approve").status == 200);
  CHECK(in.answer(in.owner, late, "approve").is(409, "member_limit"));
  CHECK(in.remove(in.owner, "bob").status == 204);
  CHECK(new_group(bed, dora).status == 201);  // one is all that she may be in
  CHECK(in.answer(in.owner, late, "approve").is(409, "membership_limit"));
  CHECK(bed.call(in.owner, "PATCH", "/v1/groups/{key}", {in.group}, R"({"joinPolicy":"open"})").status == 200);
  CHECK(in.join(dora).is(409, "membership_limit"));
  CHECK(in.join(in.bob).status == 201);
  CHECK(in.join(bed.person("eve")).is(409, "member_limit"));
  CHECK(bed.call(dora, "GET", "/v1/group-requests", {}, {}, "box=out").body.find("pending") != std::string::npos);
}

void friends_and_pending_requests_end(const MakeBed& make) {
  RoleBed bed(make);
  bed.settings.caps.friends = 1;
  bed.settings.caps.pending_sent = 2;
  bed.settings.caps.pending_received = 3;
  bed.restart_role();
  const auto ann = bed.person("ann"), bob = bed.person("bob"), carl = bed.person("carl"), dora = bed.person("dora");
  CHECK(ask_for(bed, ann, "bob").status == 201);
  CHECK(ask_for(bed, ann, "carl").status == 201);
  CHECK(ask_for(bed, ann, "dora").is(409, "request_limit"));
  CHECK(ask_for(bed, ann, "bob").status == 200);  // there already
  CHECK(ask_for(bed, bob, "ann").status == 200);  // crossing
  CHECK(ask_for(bed, ann, "dora").is(409, "friend_limit"));
  CHECK(ask_for(bed, carl, "ann").is(409, "friend_limit"));  // would approve ann's
  const auto sent = ask_for(bed, carl, "bob");
  CHECK(sent.status == 201);
  CHECK(bed.call(bob, "POST", "/v1/friend-requests/{id}/approve", {sent.text("id")}).is(409, "friend_limit"));
  for (const auto* key : {"eve", "fay"}) CHECK(ask_for(bed, bed.person(key), "bob").status == 201);
  CHECK(ask_for(bed, dora, "bob").is(409, "request_limit"));
}

void who_refuses_is_taken_into_no_group(const MakeBed& make) {
  RoleBed bed(make);
  const auto ann = bed.person("ann"), bob = bed.person("bob");
  bed.befriend(ann, bob);
  const auto patch = [&](const char* value) {
    return bed.call(bob, "PATCH", "/v1/me", {}, std::string(R"({"groupInvites":)") + value + "}");
  };
  CHECK(bed.call(bob, "GET", "/v1/me").text("groupInvites") == "allow");
  CHECK(patch(R"("refuse")").text("groupInvites") == "refuse");
  CHECK(bed.dispatch.take().empty());  // nobody else sees it
  CHECK(bed.call(ann, "GET", "/v1/users/{key}", {"bob"}).body.find("groupInvites") == std::string::npos);
  CHECK(new_group(bed, ann, R"(["bob"])").is(403, "group_invites_refused"));
  CHECK(bed.call(ann, "GET", "/v1/groups").body.find("key") == std::string::npos);
  CHECK(patch(R"("maybe")").wrong.contains("groupInvites"));
  CHECK(patch("true").wrong.contains("groupInvites"));
  CHECK(patch(R"("allow")").status == 200);
  CHECK(new_group(bed, ann, R"(["bob"])").status == 201);
}

void changes_have_a_rate(const MakeBed& make) {
  RoleBed bed(make);
  Members in(bed);
  bed.call(in.owner, "PATCH", "/v1/groups/{key}", {in.group}, R"({"joinPolicy":"open"})");
  bed.settings.changes = {
      .enabled = true, .profile_minute = 3, .group_minute = 4, .request_minute = 5, .member_minute = 6};
  bed.restart_role();
  bed.dispatch.take();
  const auto until_limited = [&](auto call) {
    int done = 0;
    for (int i = 0; i < 100; ++i) {
      const Replied answer = call(i);
      if (answer.is(429, "rate_limited")) break;
      CHECK(answer.status < 300);
      ++done;
    }
    return done;
  };
  CHECK(until_limited([&](int i) {
          return bed.call(in.ann, "PATCH", "/v1/me", {}, R"({"bio":")" + std::to_string(i) + "\"}");
        }) == 3);
  CHECK(bed.call(in.ann, "PATCH", "/v1/me", {}, R"({"bio":"2"})").status == 200);  // no change, no cost
  CHECK(until_limited([&](int i) {
          return bed.call(in.owner, "PATCH", "/v1/groups/{key}", {in.group},
                          R"({"notice":")" + std::to_string(i) + "\"}");
        }) == 4);
  CHECK(new_group(bed, in.owner).is(429, "rate_limited"));
  CHECK(until_limited([&](int i) {
          return in.change(in.owner, in.bob, i % 2 == 0 ? R"({"role":"admin"})" : R"({"role":"member"})");
        }) == 6);
  CHECK(in.remove(in.owner, "bob").is(429, "rate_limited"));
  CHECK(until_limited([&](int i) { return i % 2 == 0 ? in.join(in.carl) : in.remove(in.carl, "me"); }) ==
        10);  // leaving is free: joining is not
  CHECK(bed.dispatch.take().size() <= 3 + 4 + 6 + 10);
  bed.clock.advance(60'000);
  CHECK(bed.call(in.ann, "PATCH", "/v1/me", {}, R"({"bio":"later"})").status == 200);
}

void the_same_target_is_left_alone_sooner(const MakeBed& make) {
  RoleBed bed(make);
  Members in(bed);
  bed.settings.changes.enabled = true;
  bed.restart_role();
  bed.dispatch.take();
  for (int i = 0; i < 200; ++i) {
    bed.clock.advance(2'000);  // slower than the rate of all
    in.change(in.owner, in.bob, i % 2 == 0 ? R"({"role":"admin"})" : R"({"role":"member"})");
  }
  CHECK(bed.dispatch.take().size() == 11);
  CHECK(in.change(in.owner, in.ann, R"({"role":"admin"})").status == 200);
}

void what_nobody_asks_for_is_removed_in_pieces(const MakeBed& make) {
  RoleBed bed(make);
  const auto ann = bed.person("ann"), bob = bed.person("bob");
  const auto asked = ask_for(bed, ann, "bob").text("id");
  bed.call(bob, "POST", "/v1/friend-requests/{id}/reject", {asked});
  for (int i = 0; i < 450; ++i) {
    write(bed.store(), [&](Tables& tables) {
      return tables.sessions.add({.id = SessionId("old" + std::to_string(i)),
                                  .user = bob.user,
                                  .device = DeviceId("d" + std::to_string(i)),
                                  .device_name = {},
                                  .expires_at = bed.clock.now() + 1000});
    });
  }
  const auto left = [&] {
    return read(bed.store(), [&](Tables& tables) { return tables.sessions.of_user(bob.user); }).size();
  };
  sync_wait(bed.role().tick());
  CHECK(left() == 451);
  bed.clock.advance(Millis{24} * 3600 * 1000 + 2000);
  for (const std::size_t wanted : {251U, 51U, 1U, 1U}) {
    sync_wait(bed.role().tick());
    CHECK(left() == wanted);
  }
  CHECK(bed.alive(bob));
  CHECK(bed.call(ann, "GET", "/v1/friend-requests", {}, {}, "box=out").body.find(asked) != std::string::npos);
  bed.clock.advance(bed.settings.requests_kept_ms);
  sync_wait(bed.role().tick());
  CHECK(bed.call(ann, "GET", "/v1/friend-requests", {}, {}, "box=out").body.find(asked) == std::string::npos);
}

}  // namespace

void caps(const MakeBed& make) {
  groups_owned_and_memberships_end(make);
  joining_and_approving_obey_the_caps(make);
  friends_and_pending_requests_end(make);
  who_refuses_is_taken_into_no_group(make);
  changes_have_a_rate(make);
  the_same_target_is_left_alone_sooner(make);
  what_nobody_asks_for_is_removed_in_pieces(make);
}

}  // namespace godwit::user::suite

#include "user/administration/administration.hpp"
#include "user/every_suite.hpp"
#include "user/role_fixture.hpp"
#include "user/store/audit_store.hpp"

/// What admins see and do, on an engine's store.
namespace godwit::user::suite {
namespace {

void the_right_is_given_and_taken(const MakeBed& make) {
  RoleBed bed(make);
  Admins in(bed);
  const auto is_admin = [&](const Identity& who) { return taken(sync_wait(bed.role().is_admin(who.user))); };
  CHECK(is_admin(in.admin));
  CHECK_FALSE(is_admin(in.ann));
  CHECK(bed.call(in.admin, "GET", "/v1/me").json().boolean("admin", false));
  CHECK_FALSE(bed.call(in.ann, "GET", "/v1/me").json().has("admin"));
  CHECK(bed.try_log_in("keeper", "laptop").json().object("user")->boolean("admin", false));
  CHECK_FALSE(bed.try_log_in("ann", "laptop").json().object("user")->has("admin"));
  CHECK_FALSE(bed.call(in.ann, "GET", "/v1/users/{key}", {"keeper"}).json().has("admin"));
  in.grant(in.admin, false);
  CHECK_FALSE(is_admin(in.admin));
  CHECK_FALSE(bed.call(in.admin, "GET", "/v1/me").json().has("admin"));
  CHECK(in.audit() ==
        std::vector<std::string>{"(command line) revoke_admin keeper", "(command line) grant_admin keeper"});
  CHECK(sync_wait(bed.role().admin().set_admin(UserKey("nobody"), true)).error().code == Code::not_found);
  CHECK(in.audit().size() == 2);
}

void a_right_taken_back_meanwhile_changes_nothing(const MakeBed& make) {
  RoleBed bed(make);
  Admins in(bed);
  const auto group = bed.group_of(in.ann, {bed.person("bob")});
  in.grant(in.admin, false);
  const auto deeds = in.audit().size();
  const auto& who = in.admin;  // past the gateway, which looked before the right went
  CHECK(bed.call(who, "POST", "/v1/admin/users/{key}/disable", {"ann"}).is(403, "forbidden"));
  CHECK(bed.call(who, "POST", "/v1/admin/users/{key}/enable", {"ann"}).is(403, "forbidden"));
  CHECK(bed.call(who, "DELETE", "/v1/admin/users/{key}/sessions", {"ann"}).is(403, "forbidden"));
  CHECK(bed.call(who, "DELETE", "/v1/admin/users/{key}/sessions/{id}", {"ann", in.ann.session.str()})
            .is(403, "forbidden"));
  CHECK(bed.call(who, "DELETE", "/v1/admin/groups/{key}", {group}).is(403, "forbidden"));
  const auto recorded = sync_wait(bed.role().record_deed(who.user, {.action = "push_notice"}));
  CHECK(recorded.error().code == Code::forbidden);
  CHECK(bed.alive(in.ann));
  CHECK(taken(sync_wait(bed.role().roster(GroupKey(group))))->members.size() == 2);
  CHECK(in.audit().size() == deeds);
}

void disabling_ends_sessions_and_is_written_down(const MakeBed& make) {
  RoleBed bed(make);
  Admins in(bed);
  const auto disabled = bed.call(in.admin, "POST", "/v1/admin/users/{key}/disable", {"ANN"});
  CHECK(disabled.status == 200);
  CHECK(disabled.json().boolean("disabled", false));
  CHECK(disabled.json().integer("sessions") == 0);
  CHECK_FALSE(bed.alive(in.ann));
  CHECK(bed.change_log.take_ended() == std::vector{in.ann.session});
  CHECK(bed.try_log_in("ann", "phone").is(403, "account_disabled"));
  CHECK(in.last_deed() == "keeper disable_user ann");
  CHECK_FALSE(bed.call(in.admin, "POST", "/v1/admin/users/{key}/enable", {"ann"}).json().boolean("disabled", true));
  CHECK(bed.try_log_in("ann", "phone").status == 201);
  CHECK(in.last_deed() == "keeper enable_user ann");
  const auto deeds = in.audit().size();
  CHECK(bed.call(in.admin, "POST", "/v1/admin/users/{key}/disable", {"keeper"}).is(403, "forbidden"));
  CHECK(bed.call(in.admin, "POST", "/v1/admin/users/{key}/disable", {"nobody"}).is(404, "not_found"));
  CHECK(bed.call(in.admin, "POST", "/v1/admin/users/{key}/disable", {"No Key"}).is(404, "not_found"));
  CHECK(bed.alive(in.admin));
  CHECK(in.audit().size() == deeds);  // what was refused is no deed
}

void sessions_of_others_end(const MakeBed& make) {
  RoleBed bed(make);
  Admins in(bed);
  const auto laptop = bed.log_in("ann", "laptop");
  const auto tablet = bed.log_in("ann", "tablet");
  const auto drop = [&](const std::string& user, const Identity& session) {
    return bed.call(in.admin, "DELETE", "/v1/admin/users/{key}/sessions/{id}", {user, session.session.str()});
  };
  CHECK(drop("ann", laptop).status == 204);
  CHECK_FALSE(bed.alive(laptop));
  CHECK(bed.alive(tablet));
  CHECK(drop("ann", laptop).is(404, "not_found"));
  CHECK(drop("ann", in.admin).is(404, "not_found"));
  CHECK(drop("nobody", tablet).is(404, "not_found"));
  CHECK(bed.alive(in.admin));
  CHECK(in.last_deed() == "keeper end_session ann");
  CHECK(bed.call(in.admin, "DELETE", "/v1/admin/users/{key}/sessions", {"ann"}).status == 204);
  CHECK_FALSE(bed.alive(tablet));
  CHECK_FALSE(bed.alive(in.ann));
  CHECK(bed.change_log.take_ended().size() == 3);
  CHECK(in.last_deed() == "keeper end_sessions ann");
  CHECK(bed.call(in.admin, "DELETE", "/v1/admin/users/{key}/sessions", {"nobody"}).is(404, "not_found"));
}

void accounts_are_shown_with_what_lives(const MakeBed& make) {
  RoleBed bed(make);
  Admins in(bed);
  bed.clock.advance(1000);
  const auto laptop = bed.log_in("ann", "laptop");
  bed.clock.advance(500);
  bed.role().seen(laptop.session);
  const auto shown = in.get("/v1/admin/users/{key}", {"ann"});
  CHECK(shown.json().integer("sessions") == 2);
  CHECK(shown.json().integer("lastSeenAt") == bed.clock.now());
  CHECK(shown.json().integer("friends") == 0);
  CHECK(shown.body.find(laptop.session.str()) != std::string::npos);
  CHECK(in.get("/v1/admin/users/{key}", {"nobody"}).is(404, "not_found"));
  bed.clock.advance(bed.settings.token_life_ms);
  const auto later = in.get("/v1/admin/users/{key}", {"ann"}).json();
  CHECK(later.is_null("lastSeenAt"));
  const auto list = in.get("/v1/admin/users", {}, "q=an&limit=1");
  CHECK(list.body.find(R"("key":"ann")") != std::string::npos);
  CHECK(list.json().is_null("next"));
  const auto first = in.get("/v1/admin/users", {}, "limit=1");
  CHECK(first.body.find(R"("key":"ann")") != std::string::npos);
  const auto second = in.get("/v1/admin/users", {}, "limit=1&cursor=" + first.text("next"));
  CHECK(second.body.find(R"("key":"keeper")") != std::string::npos);
}

void any_group_is_dissolved_and_told(const MakeBed& make) {
  RoleBed bed(make);
  Admins in(bed);
  const auto bob = bed.person("bob");
  const auto group = bed.group_of(in.ann, {bob});
  bed.dispatch.take();
  CHECK(in.get("/v1/admin/groups", {}, "q=bir").body.find(group) != std::string::npos);
  CHECK(in.get("/v1/admin/groups/{key}/members", {group}).body.find(R"("key":"bob")") != std::string::npos);
  CHECK(bed.call(in.admin, "DELETE", "/v1/admin/groups/{key}", {group}).status == 204);
  const auto told = bed.dispatch.take();
  REQUIRE(told.size() == 1);
  CHECK(told[0].frame.change == "dissolved");
  CHECK(told[0].frame.sender == "keeper");
  CHECK(told[0].frame.conversation == Conversation::of_group(GroupKey(group)));
  CHECK(told[0].frame.left.empty());  // who was in reads it, and what was said
  CHECK(in.last_deed() == "keeper dissolve_group " + group);
  CHECK(sync_wait(bed.role().roster(GroupKey(group))).error().code == Code::not_found);
  CHECK(bed.call(in.admin, "DELETE", "/v1/admin/groups/{key}", {group}).is(404, "not_found"));
  CHECK(in.get("/v1/admin/groups/{key}/members", {group}).is(404, "not_found"));
}

void the_command_line_is_written_down_too(const MakeBed& make) {
  RoleBed bed(make);
  Admins in(bed);
  auto admin = bed.role().admin();
  taken(sync_wait(admin.set_disabled(in.ann.user, true)));
  CHECK(in.last_deed() == "(command line) disable_user ann");
  const auto made = taken(sync_wait(admin.create_service_key({.name = "shop"})));
  CHECK(in.last_deed() == "(command line) make_key shop");
  taken(sync_wait(admin.revoke_service_key(made.stored.id)));
  CHECK(in.last_deed() == "(command line) remove_key shop");
  taken(sync_wait(admin.record_deed({.action = "backup", .detail = "/backups"})));
  CHECK(in.last_deed() == "(command line) backup ");
  const auto page = in.get("/v1/admin/audit", {}, "limit=2");
  CHECK(page.body.find("remove_key") != std::string::npos);
  CHECK(page.body.find("make_key") == std::string::npos);
  CHECK(page.body.find(made.text) == std::string::npos);
  const auto rest = in.get("/v1/admin/audit", {}, "cursor=" + page.text("next"));
  CHECK(rest.body.find("make_key") != std::string::npos);
  CHECK(rest.json().is_null("next"));
  CHECK(in.get("/v1/admin/audit", {}, "cursor=garbage").is(400, "bad_cursor"));
}

void a_long_target_is_cut_between_characters(const MakeBed& make) {
  RoleBed bed(make);
  Admins in(bed);
  std::string target(255, 'x');
  taken(sync_wait(bed.role().admin().record_deed({.action = "push_notice", .target = target + "欧" + "rest"})));
  CHECK(in.last_deed() == "(command line) push_notice " + target);
}

}  // namespace

void administration(const MakeBed& make) {
  the_right_is_given_and_taken(make);
  a_right_taken_back_meanwhile_changes_nothing(make);
  disabling_ends_sessions_and_is_written_down(make);
  sessions_of_others_end(make);
  accounts_are_shown_with_what_lives(make);
  any_group_is_dissolved_and_told(make);
  the_command_line_is_written_down_too(make);
  a_long_target_is_cut_between_characters(make);
}

}  // namespace godwit::user::suite

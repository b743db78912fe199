#include "user/every_suite.hpp"
#include "user/role_fixture.hpp"

/// Service keys, invites, reserved keys, and accounts that operators make, on an engine's store.
namespace godwit::user::suite {
namespace {

Replied register_as(RoleBed& bed, const std::string& key, const std::string& invite = {}) {
  return bed.call({}, "POST", "/v1/users", {},
                  R"({"key":")" + key + R"(","password":"12345678")" +
                      (invite.empty() ? "" : R"(,"invite":")" + invite + "\"") + "}");
}

void keys_expire_and_are_revoked(const MakeBed& make) {
  RoleBed bed(make);
  auto admin = bed.role().admin();
  const auto works = [&](const MadeServiceKey& key) {
    return sync_wait(bed.role().authenticate_service(key.text)).has_value();
  };
  const auto shop = taken(sync_wait(admin.create_service_key({.name = "Shop", .scopes = {"push", "users"}})));
  const auto till = taken(sync_wait(admin.create_service_key({.name = "till", .lives_ms = 1000})));
  CHECK(taken(sync_wait(bed.role().authenticate_service(shop.text))).scopes ==
        std::vector<std::string>{"push", "users"});
  CHECK(works(till));
  bed.clock.advance(999);
  CHECK(works(till));
  bed.clock.advance(1);
  CHECK_FALSE(works(till));
  CHECK(works(shop));
  for (const auto* name : {"Shop", "shop", "till"})  // also of a key that has expired
    CHECK(sync_wait(admin.create_service_key({.name = name})).error().code == Code::key_taken);
  taken(sync_wait(admin.revoke_service_keys_named("shop")));
  CHECK_FALSE(works(shop));
  CHECK(sync_wait(admin.revoke_service_keys_named("shop")).error().code == Code::not_found);
  CHECK(works(taken(sync_wait(admin.create_service_key({.name = "shop"})))));
}

void a_key_is_for_known_things(const MakeBed& make) {
  RoleBed bed(make);
  auto admin = bed.role().admin();
  const auto wrong = [&](NewServiceKey wanted, const std::string& field) {
    const auto made = sync_wait(admin.create_service_key(std::move(wanted)));
    return !made && made.error().fields.contains(field);
  };
  CHECK(wrong({.name = "shop", .scopes = {}}, "scopes"));
  CHECK(wrong({.name = "shop", .scopes = {"push", "everything"}}, "scopes"));
  CHECK(wrong({.name = ""}, "name"));
  CHECK(wrong({.name = "shop", .lives_ms = -1}, "expiresIn"));
  CHECK(sync_wait(admin.list_service_keys("", 10))->empty());
}

void nobody_is_called_as_the_server_or_a_system(const MakeBed& make) {
  RoleBed bed(make);
  auto admin = bed.role().admin();
  taken(sync_wait(admin.create_service_key({.name = "Billing"})));
  for (const auto* key : {"system", "godwit", "SYSTEM", "admin", "root", "billing"})
    CHECK_MESSAGE(register_as(bed, key).is(409, "key_taken"), key);
  for (const auto* key : {"system", "godwit", "billing"})
    CHECK(sync_wait(admin.add_user(UserKey(key), "")).error().code == Code::key_taken);
  bed.role().set_registration(Registration::open, {"boss"});
  CHECK(register_as(bed, "boss").is(409, "key_taken"));
  CHECK(register_as(bed, "bossy").status == 201);
  for (const auto* key : {"boss", "root"}) CHECK(sync_wait(admin.add_user(UserKey(key), "")).has_value());
  CHECK(sync_wait(admin.create_service_key({.name = "Bossy"})).error().code == Code::key_taken);
  CHECK(sync_wait(admin.create_service_key({.name = "system"})).has_value());
}

void registration_is_open_by_invite_or_closed(const MakeBed& make) {
  RoleBed bed(make);
  auto admin = bed.role().admin();
  const auto mode = [&] { return bed.call({}, "GET", "/v1/registration").text("registration"); };
  CHECK(mode() == "open");
  bed.role().set_registration(Registration::closed, {});
  CHECK(mode() == "closed");
  const auto once = taken(sync_wait(admin.make_invite({.uses = 1, .lives_ms = 1000})));
  CHECK(register_as(bed, "ann", once.text).is(403, "registration_closed"));
  CHECK(sync_wait(admin.add_user(UserKey("ann"), "")).has_value());

  bed.role().set_registration(Registration::invite, {});
  CHECK(mode() == "invite");
  const auto shut = [&](const std::string& key, const std::string& invite) {
    return register_as(bed, key, invite).is(403, "registration_closed");
  };
  CHECK(shut("bob", ""));
  CHECK(shut("bob", "gwi_nothing"));
  CHECK(shut("bob", once.text.substr(0, once.text.size() - 1) + (once.text.back() == 'a' ? 'b' : 'a')));
  CHECK(register_as(bed, "ann", once.text).is(409, "key_taken"));  // which spends nothing
  CHECK(register_as(bed, "bob", once.text).status == 201);
  CHECK(shut("carl", once.text));

  const auto many = taken(sync_wait(admin.make_invite({.uses = 0, .lives_ms = 1000})));
  for (const auto* key : {"carl", "dora", "emil"}) CHECK(register_as(bed, key, many.text).status == 201);
  bed.clock.advance(1000);
  CHECK(shut("fred", many.text));
  const auto lasting = taken(sync_wait(admin.make_invite({.uses = 5})));
  CHECK(register_as(bed, "fred", lasting.text).status == 201);
  taken(sync_wait(admin.revoke_invite(lasting.stored.id)));
  CHECK(shut("gina", lasting.text));
  CHECK(sync_wait(admin.revoke_invite(lasting.stored.id)).error().code == Code::not_found);
  CHECK(sync_wait(admin.list_invites("", 10))->size() == 2);
}

void operators_make_accounts_and_passwords(const MakeBed& make) {
  RoleBed bed(make);
  Admins in(bed);
  const auto made = bed.call(in.admin, "POST", "/v1/admin/users", {}, R"({"key":"NEW","name":"New One"})");
  CHECK(made.status == 201);
  CHECK(in.last_deed() == "keeper add_user new");
  CHECK(bed.try_log_in("new", "phone", made.text("password")).status == 201);
  CHECK(bed.call(in.admin, "POST", "/v1/admin/users", {}, R"({"key":"new"})").is(409, "key_taken"));
  CHECK(bed.call(in.admin, "POST", "/v1/admin/users", {}, R"({"key":"!"})").wrong.contains("key"));

  const auto reset = bed.call(in.admin, "POST", "/v1/admin/users/{key}/password", {"ann"});
  CHECK(reset.status == 200);
  CHECK(in.last_deed() == "keeper reset_password ann");
  CHECK_FALSE(bed.alive(in.ann));
  CHECK(bed.change_log.take_ended() == std::vector{in.ann.session});
  CHECK(bed.try_log_in("ann", "phone").is(401, "bad_credentials"));
  CHECK(bed.try_log_in("ann", "phone", reset.text("password")).status == 201);
  const auto deeds = in.audit();
  CHECK(bed.call(in.admin, "POST", "/v1/admin/users/{key}/password", {"nobody"}).is(404, "not_found"));
  CHECK(bed.call(in.admin, "POST", "/v1/admin/users/{key}/password", {"keeper"}).is(403, "forbidden"));
  in.grant(bed.log_in("new", "laptop", made.text("password")), true);
  CHECK(bed.call(in.admin, "POST", "/v1/admin/users/{key}/password", {"new"}).is(403, "forbidden"));
  CHECK(sync_wait(bed.role().admin().reset_password(UserKey("new"))).has_value());
  CHECK(in.audit().size() == deeds.size() + 2);  // the grant, and what the command line did
  for (const auto& deed : in.audit()) CHECK(deed.find(reset.text("password")) == std::string::npos);
}

void admins_see_and_revoke_keys(const MakeBed& make) {
  RoleBed bed(make);
  Admins in(bed);
  auto admin = bed.role().admin();
  const auto shop = taken(sync_wait(admin.create_service_key({.name = "shop", .lives_ms = 5000})));
  const auto till = taken(sync_wait(admin.create_service_key({.name = "till"})));
  bed.clock.advance(7);
  CHECK(sync_wait(bed.role().authenticate_service(till.text)).has_value());
  const auto list = in.get("/v1/admin/keys").body;
  CHECK(list.find(R"("name":"shop","scopes":["push"])") != std::string::npos);
  CHECK(list.find(R"("expiresAt":)" + std::to_string(shop.stored.created_at + 5000)) != std::string::npos);
  CHECK(list.find(R"("lastUsedAt":)" + std::to_string(bed.clock.now())) != std::string::npos);
  CHECK(list.find(shop.stored.hash) == std::string::npos);
  CHECK(list.find(shop.text) == std::string::npos);
  CHECK(in.get("/v1/admin/keys", {}, "limit=1").text("next").size() > 1);
  CHECK(bed.call(in.admin, "DELETE", "/v1/admin/keys/{id}", {till.stored.id}).status == 204);
  CHECK(in.last_deed() == "keeper remove_key till");
  CHECK_FALSE(sync_wait(bed.role().authenticate_service(till.text)).has_value());
  CHECK(bed.call(in.admin, "DELETE", "/v1/admin/keys/{id}", {till.stored.id}).is(404, "not_found"));
  CHECK(sync_wait(bed.role().authenticate_service(shop.text)).has_value());
}

}  // namespace

void operators(const MakeBed& make) {
  keys_expire_and_are_revoked(make);
  a_key_is_for_known_things(make);
  nobody_is_called_as_the_server_or_a_system(make);
  registration_is_open_by_invite_or_closed(make);
  operators_make_accounts_and_passwords(make);
  admins_see_and_revoke_keys(make);
}

}  // namespace godwit::user::suite

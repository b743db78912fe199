#include "user/every_suite.hpp"
#include "user/role_fixture.hpp"
#include "user/store/account_store.hpp"
#include "user/store/session_store.hpp"

/// Registration, login, sessions, passwords, on an engine's store.
namespace godwit::user::suite {
namespace {

void registration(const MakeBed& make) {
  RoleBed bed(make);
  const auto post = [&](const char* body) { return bed.call({}, "POST", "/v1/users", {}, body); };
  const auto made = post(R"({"key":"ANN","password":"12345678"})");
  CHECK(made.status == 201);
  CHECK(made.text("key") == "ann");
  CHECK(made.text("name") == "ann");
  CHECK(post(R"({"key":"ann","password":"another one"})").is(409, "key_taken"));
  CHECK(post(R"({})").wrong.size() == 2);
  CHECK(post(R"({"key":"x","password":"short","name":""})").wrong.size() == 3);
  CHECK(post("[]").is(400, "malformed_json"));
}

void logging_in(const MakeBed& make) {
  RoleBed bed(make);
  const auto ann = bed.person("ann");
  const auto login = bed.try_log_in("Ann", "laptop");
  CHECK(login.status == 201);
  CHECK(login.text("node") == "node-1");
  CHECK(login.text("socket") == "/v1/socket");
  CHECK(login.text("sockets") == "relay");
  CHECK(bed.offline.adopted.back() == std::pair<std::string, std::string>{"ann", "laptop"});
  CHECK(bed.try_log_in("ann", "x", "wrong password").is(401, "bad_credentials"));
  const auto before = bed.hasher.verified;
  for (const auto* unknown : {"nobody", "No Such Key!"}) CHECK(bed.try_log_in(unknown, "x").is(401, "bad_credentials"));
  CHECK(bed.hasher.verified == before + 2);  // the unknown cost a hash, too
  (void)sync_wait(bed.role().admin().set_disabled(UserKey("ann"), true));
  CHECK(bed.try_log_in("ann", "x").is(403, "account_disabled"));
  CHECK(bed.try_log_in("ann", "x", "wrong password").is(401, "bad_credentials"));
  CHECK_FALSE(bed.alive(ann));
}

void a_device_has_one_session(const MakeBed& make) {
  RoleBed bed(make);
  const auto first = bed.person("ann", "phone");
  const auto second = bed.log_in("ann", "phone");
  CHECK(first.session != second.session);
  CHECK_FALSE(bed.alive(first));
  CHECK(bed.change_log.take_ended() == std::vector{first.session});
}

void the_eleventh_session_ends_the_oldest(const MakeBed& make) {
  RoleBed bed(make);
  std::vector<Identity> devices{bed.person("ann", "device-0")};
  for (int i = 1; i < 10; ++i) {
    bed.clock.advance(1);
    devices.push_back(bed.log_in("ann", "device-" + std::to_string(i)));
  }
  CHECK(bed.alive(devices[0]));
  bed.clock.advance(1);
  bed.log_in("ann", "device-10");
  CHECK_FALSE(bed.alive(devices[0]));
  CHECK(bed.alive(devices[1]));
  CHECK(bed.change_log.take_ended() == std::vector{devices[0].session});
}

void logging_out_kills_the_token_at_once(const MakeBed& make) {
  RoleBed bed(make);
  bed.person("ann");
  const auto token = bed.try_log_in("ann", "laptop").text("token");
  const auto proven = taken(sync_wait(bed.role().authenticate(token)));
  const auto laptop = proven.who;
  CHECK(proven.node == "node-1");
  const auto bob = bed.person("bob");
  CHECK(bed.call(bob, "DELETE", "/v1/sessions/{id}", {laptop.session.str()}).is(404, "not_found"));
  CHECK(sync_wait(bed.role().authenticate(token)).has_value());
  CHECK(taken(sync_wait(bed.role().prove_again(laptop))).who.session == laptop.session);
  CHECK(bed.call(laptop, "DELETE", "/v1/sessions/{id}", {"current"}).status == 204);
  CHECK(sync_wait(bed.role().authenticate(token)).error().code == Code::unauthenticated);
  CHECK(sync_wait(bed.role().prove_again(laptop)).error().code == Code::unauthenticated);
  CHECK(bed.change_log.take_ended() == std::vector{laptop.session});
  CHECK(bed.process().feed.position() > proven.as_of);  // what was proven before says nothing about now
  CHECK(bed.call(laptop, "DELETE", "/v1/sessions/{id}", {"current"}).is(404, "not_found"));
}

void a_login_names_a_node_also_where_none_is_known(const MakeBed& make) {
  RoleBed bed(make);
  bed.settings.nodes = {"node-7"};
  bed.restart_role();
  bed.person("ann");
  CHECK(bed.try_log_in("ann", "laptop").text("node") == "node-1");
  REQUIRE(sync_wait(bed.registry.renew(bed.node, 0, true)));
  CHECK(bed.try_log_in("ann", "laptop").text("node") == "node-7");
}

void a_token_outlives_a_restart_but_not_its_session(const MakeBed& make) {
  RoleBed bed(make);
  bed.person("ann");
  const auto token = bed.try_log_in("ann", "laptop").text("token");
  bed.restart_role();
  CHECK(sync_wait(bed.role().authenticate(token)).has_value());
  bed.clock.advance(bed.settings.token_life_ms);
  CHECK(sync_wait(bed.role().authenticate(token)).error().code == Code::unauthenticated);
}

void a_new_password_ends_the_other_sessions(const MakeBed& make) {
  RoleBed bed(make);
  const auto phone = bed.person("ann"), laptop = bed.log_in("ann", "laptop");
  const auto put = [&](const char* body) { return bed.call(phone, "PUT", "/v1/me/password", {}, body); };
  CHECK(put(R"({"old":"wrong password","new":"87654321"})").is(403, "bad_credentials"));
  CHECK(bed.alive(laptop));
  CHECK(put(R"({"old":"12345678","new":"short"})").wrong.contains("new"));
  CHECK(put(R"({"old":"12345678","new":"87654321"})").status == 200);
  CHECK(bed.alive(phone));
  CHECK_FALSE(bed.alive(laptop));
  CHECK(bed.change_log.take_ended() == std::vector{laptop.session});
  CHECK(bed.try_log_in("ann", "x").is(401, "bad_credentials"));
  CHECK(bed.try_log_in("ann", "x", "87654321").status == 201);
}

void a_password_is_one_however_it_is_spelled(const MakeBed& make) {
  RoleBed bed(make);
  const std::string composed = "p\u00E4ssw\u00F6rd", decomposed = "pa\u0308sswo\u0308rd";
  const auto stored = [&](const char* key) {
    return read(bed.store(), [&](Tables& tables) { return tables.accounts.find(UserKey(key)); })->password_hash;
  };
  const auto store = [&](const std::string& password) {
    write(bed.store(),
          [&](Tables& tables) { return tables.accounts.set_password(UserKey("ann"), "plain:" + password); });
  };
  bed.call({}, "POST", "/v1/users", {}, R"({"key":"ann","password":")" + decomposed + R"("})");
  CHECK(stored("ann") == "plain:" + composed);
  for (const auto& typed : {composed, decomposed}) CHECK(bed.try_log_in("ann", "phone", typed).status == 201);
  store(decomposed);  // as versions before wrote it
  CHECK(bed.try_log_in("ann", "phone", composed).is(401, "bad_credentials"));
  CHECK(bed.try_log_in("ann", "phone", decomposed).status == 201);
  CHECK(stored("ann") == "plain:" + composed);
  CHECK(bed.try_log_in("ann", "phone", composed).status == 201);
  store(decomposed);
  const auto ann = [&] {
    return taken(sync_wait(bed.role().authenticate(bed.try_log_in("ann", "phone", decomposed).text("token")))).who;
  }();
  const auto put = [&](const std::string& old, const std::string& fresh) {
    return bed.call(ann, "PUT", "/v1/me/password", {}, R"({"old":")" + old + R"(","new":")" + fresh + R"("})");
  };
  store(decomposed);
  CHECK(put(decomposed, "another " + decomposed).status == 200);
  CHECK(stored("ann") == "plain:another " + composed);
  CHECK(put("another " + decomposed, "e\u0301e\u0301e\u0301e\u0301").wrong.contains("new"));  // four characters
}

void a_wrong_password_costs_the_same_for_everybody(const MakeBed& make) {
  RoleBed bed(make);
  bed.person("ann");
  const auto cost = [&](const char* key, const char* password) {
    const auto before = bed.hasher.verified;
    CHECK(bed.try_log_in(key, "x", password).is(401, "bad_credentials"));
    return bed.hasher.verified - before;
  };
  for (const auto* key : {"ann", "nobody", "No Such Key!"}) {
    CHECK(cost(key, "wrong password \u00E9") == 1);
    CHECK(cost(key, "wrong password e\u0301") == 2);
  }
}

void guessing_is_throttled_and_knowing_is_not(const MakeBed& make) {
  RoleBed bed(make);
  bed.settings.logins = {.enabled = true, .per_account_minute = 3, .per_address_minute = 1000};
  bed.restart_role();
  bed.person("ann");
  for (int i = 0; i < 20; ++i) CHECK(bed.try_log_in("ann", "phone").status == 201);
  for (int i = 0; i < 3; ++i) CHECK(bed.try_log_in("ann", "stranger", "wrong password").status == 401);
  CHECK(bed.try_log_in("ann", "stranger").is(429, "rate_limited"));
  bed.clock.advance(20'000);
  CHECK(bed.try_log_in("ann", "new").status == 201);
}

void an_owner_is_not_locked_out_by_guesses(const MakeBed& make) {
  RoleBed bed(make);
  bed.settings.logins = {.enabled = true, .per_account_minute = 3, .per_address_minute = 5};
  bed.restart_role();
  bed.person("ann");
  for (int i = 0; i < 20; ++i) bed.try_log_in("ann", "guess", "wrong password");
  CHECK(bed.try_log_in("ann", "guess").is(429, "rate_limited"));
  CHECK(bed.try_log_in("ann", "phone").status == 201);  // known: whatever others did
  const auto again = bed.log_in("ann", "phone");
  const auto put = [&](const std::string& old) {
    return bed.call(again, "PUT", "/v1/me/password", {}, R"({"old":")" + old + R"(","new":"12345678"})");
  };
  CHECK(put("12345678").status == 200);
  for (int i = 0; i < 3; ++i) CHECK(put("wrong password").is(403, "bad_credentials"));
  CHECK(put("12345678").is(429, "rate_limited"));
  CHECK(bed.try_log_in("ann", "phone").status == 201);  // each counts for itself
}

void two_processes_let_nobody_guess_twice_as_often(const MakeBed& make) {
  RoleBed bed(make);
  bed.settings.logins = {.enabled = true, .per_account_minute = 3, .per_address_minute = 1000};
  bed.restart_role();
  bed.person("ann");
  const auto first = bed.start_process(), second = bed.start_process();
  const auto guess = [&](RoleBed::Process& process) {
    return bed.call_of(process.role, {}, "POST", "/v1/sessions", {}, R"({"key":"ann","password":"wrong password"})");
  };
  CHECK(guess(*first).status == 401);
  CHECK(guess(*second).status == 401);
  CHECK(guess(*first).status == 401);
  CHECK(guess(*second).is(429, "rate_limited"));
  // Nobody can count together: each counts alone, and logins go on.
  bed.counts_of_all.away = true;
  for (auto* process : {first.get(), second.get()}) {
    for (int i = 0; i < 3; ++i) CHECK(guess(*process).status == 401);
    CHECK(guess(*process).is(429, "rate_limited"));
  }
  bed.clock.advance(20'000);
  CHECK(bed.try_log_in("ann", "new").status == 201);
  bed.counts_of_all.away = false;
  CHECK(bed.try_log_in("ann", "newer").status == 201);
}

void new_accounts_are_bounded_by_address_over_all_processes(const MakeBed& make) {
  RoleBed bed(make);
  bed.settings.registrations = {.enabled = true, .per_address_minute = 2};
  const auto first = bed.start_process(), second = bed.start_process();
  int made = 0;
  const auto post = [&](RoleBed::Process& process, const char* address) {
    const auto body = R"({"password":"12345678","key":"user)" + std::to_string(++made) + R"("})";
    return bed.call_of(process.role, {}, "POST", "/v1/users", {}, body, {}, address);
  };
  CHECK(post(*first, "10.0.0.1").status == 201);
  CHECK(post(*second, "10.0.0.1").status == 201);
  CHECK(post(*first, "10.0.0.1").is(429, "rate_limited"));
  CHECK(post(*second, "10.0.0.1").is(429, "rate_limited"));
  CHECK(post(*first, "10.0.0.2").status == 201);
  bed.clock.advance(30'000);
  CHECK(post(*second, "10.0.0.1").status == 201);
  // An IPv6 host is its /64, a site its /48 with four times as many.
  for (const auto* address : {"2001:db8:1:1::1", "2001:db8:1:1::2", "2001:db8:1:2::1", "2001:db8:1:2::2",
                              "2001:db8:1:3::1", "2001:db8:1:3::2", "2001:db8:1:4::1", "2001:db8:1:4::2"})
    CHECK(post(*first, address).status == 201);
  CHECK(post(*second, "2001:db8:1:5::1").status == 429);
  CHECK(post(*second, "2001:db8:2:1::1").status == 201);
  CHECK(post(*second, "2001:db8:2:1::2").status == 201);
  CHECK(post(*second, "2001:db8:2:1::3").status == 429);
}

void last_seen_is_shown_at_once_and_written_later(const MakeBed& make) {
  RoleBed bed(make);
  const auto ann = bed.person("ann");
  const auto stored = [&] {
    return read(bed.store(), [&](Tables& tables) { return tables.sessions.find(ann.session); })->last_seen_at;
  };
  const auto began = stored();
  bed.clock.advance(30'000);
  bed.role().seen(ann.session);
  CHECK(bed.call(ann, "GET", "/v1/sessions").body.find(std::to_string(began + 30'000)) != std::string::npos);
  CHECK(stored() == began);
  bed.clock.advance(30'000);
  sync_wait(bed.role().tick());
  CHECK(stored() == began + 30'000);
}

void service_keys_open_one_door(const MakeBed& make) {
  RoleBed bed(make);
  const auto made = taken(sync_wait(bed.role().admin().create_service_key({.name = "shop"})));
  CHECK(taken(sync_wait(bed.role().authenticate_service(made.text))).name == "shop");
  auto wrong = made.text;
  wrong.back() = wrong.back() == 'a' ? 'b' : 'a';
  for (const auto& key :
       {wrong, std::string("gwk_"), std::string{}, made.text + "a", "gwk_aaaaaaaaaaaa_" + std::string(32, 'a')}) {
    CHECK(sync_wait(bed.role().authenticate_service(key)).error().code == Code::unauthenticated);
  }
  taken(sync_wait(bed.role().admin().revoke_service_key(made.stored.id)));
  CHECK_FALSE(sync_wait(bed.role().authenticate_service(made.text)).has_value());
}

}  // namespace

void sessions(const MakeBed& make) {
  registration(make);
  logging_in(make);
  a_device_has_one_session(make);
  the_eleventh_session_ends_the_oldest(make);
  logging_out_kills_the_token_at_once(make);
  a_token_outlives_a_restart_but_not_its_session(make);
  a_login_names_a_node_also_where_none_is_known(make);
  a_new_password_ends_the_other_sessions(make);
  a_password_is_one_however_it_is_spelled(make);
  a_wrong_password_costs_the_same_for_everybody(make);
  guessing_is_throttled_and_knowing_is_not(make);
  an_owner_is_not_locked_out_by_guesses(make);
  two_processes_let_nobody_guess_twice_as_often(make);
  new_accounts_are_bounded_by_address_over_all_processes(make);
  last_seen_is_shown_at_once_and_written_later(make);
  service_keys_open_one_door(make);
}

}  // namespace godwit::user::suite

"""Sessions are devices: listed, replaced, ended, and ten at most."""
from kit import shapes
from kit.names import unique


def rows_of(device):
    return [shapes.check_session(row) for row in device.items("/v1/sessions")]


def test_my_devices_are_listed_and_one_is_the_current(world):
    account = world.account("alice")
    phone, laptop = account.log_in("phone", "Phone"), account.log_in("laptop", "Laptop")
    rows = {row["device"]["id"]: row for row in rows_of(laptop)}
    assert set(rows) == {"phone", "laptop"}
    assert rows["laptop"]["current"] and not rows["phone"]["current"]
    assert rows["phone"]["id"] == phone.session_id and rows["laptop"]["id"] == laptop.session_id


def test_nobody_sees_the_devices_of_others(world):
    alice, bob = world.people("alice", "bob")
    assert [row["id"] for row in rows_of(bob)] == [bob.session_id] != [alice.session_id]


def test_the_list_has_pages(world):
    account = world.account("alice")
    devices = [account.log_in(f"device-{i}") for i in range(5)]
    first, cursor = devices[0].page("/v1/sessions", limit=2)
    assert len(first) == 2 and cursor
    assert {row["id"] for row in devices[0].items("/v1/sessions", limit=2)} == {d.session_id for d in devices}


def test_logging_out_ends_the_token_at_once(world):
    alice = world.person("alice")
    alice.delete("/v1/sessions/current").ok(204)
    alice.get("/v1/me").refused(401, "unauthenticated")
    assert alice.refused_socket().refused(401, "unauthenticated")


def test_one_device_logs_out_another(world):
    phone = world.person("alice")
    laptop = phone.another()
    laptop.delete(f"/v1/sessions/{phone.session_id}").ok(204)
    phone.get("/v1/me").refused(401, "unauthenticated")
    assert [row["id"] for row in rows_of(laptop)] == [laptop.session_id]


def test_logging_out_closes_the_socket_with_4502_after_a_202(world):
    phone = world.person("alice")
    laptop, channel = phone.another(), phone.connect()
    laptop.delete(f"/v1/sessions/{phone.session_id}").ok(204)
    channel.ended_with(4502)


def test_the_other_devices_stay_connected_when_one_logs_out(world):
    alice, bob = world.friends("alice", "bob")
    laptop = alice.another()
    channel = laptop.connect()
    alice.delete("/v1/sessions/current").ok(204)
    bob.sent(alice, "still there?")
    assert channel.expect(101)["msg"] == "still there?"


def test_the_session_of_somebody_else_is_unknown_and_lives_on(world):
    alice, bob = world.people("alice", "bob")
    bob.delete(f"/v1/sessions/{alice.session_id}").refused(404, "not_found")
    alice.get("/v1/me").ok()


def test_an_ended_or_unknown_session_is_404(world):
    phone = world.person("alice")
    laptop = phone.another()
    laptop.delete(f"/v1/sessions/{phone.session_id}").ok(204)
    laptop.delete(f"/v1/sessions/{phone.session_id}").refused(404, "not_found")
    laptop.delete("/v1/sessions/" + unique("none")).refused(404, "not_found")


def test_a_login_with_the_same_device_id_replaces_the_session(world):
    account = world.account("alice")
    first = account.log_in("phone")
    channel = first.connect()
    second = account.log_in("phone")
    channel.ended_with(4502)
    first.get("/v1/me").refused(401, "unauthenticated")
    assert [row["id"] for row in rows_of(second)] == [second.session_id] and second.session_id != first.session_id


def test_the_same_device_id_of_another_person_replaces_nothing(world):
    alice, bob = world.account("alice").log_in("shared-id"), world.account("bob").log_in("shared-id")
    assert alice.get("/v1/me").ok()["key"] == alice.key and bob.get("/v1/me").ok()["key"] == bob.key


def test_the_eleventh_device_ends_the_oldest(world):
    account = world.account("alice")
    devices = [account.log_in(f"device-{i}") for i in range(10)]
    channel = devices[0].connect()
    newest = account.log_in("device-10")
    channel.ended_with(4502)
    devices[0].get("/v1/me").refused(401, "unauthenticated")
    devices[1].get("/v1/me").ok()
    assert {row["device"]["id"] for row in rows_of(newest)} == {f"device-{i}" for i in range(1, 11)}


def test_a_session_that_was_used_says_when(world):
    alice = world.person("alice")
    row = shapes.check_session(alice.mine())
    assert row["createdAt"] <= row["lastSeenAt"]

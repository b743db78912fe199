"""/v1/admin/users: everybody found, shut, opened, logged out."""
import pytest

from kit import shapes
from kit.names import unique
from kit.waiting import eventually

ROW = {"key", "name", "admin", "disabled", "createdAt", "lastSeenAt", "online", "sessions"}


@pytest.fixture(name="admin")
def fixture_admin(world):
    return world.admin()


def row_of(admin, who):
    found, = [row for row in admin.items("/v1/admin/users", q=who.key) if row["key"] == who.key]
    return found


def test_everybody_is_listed_once_by_key(world, admin):
    people = world.people("alice", "bob", "carol")
    rows = admin.items("/v1/admin/users", limit=7)
    keys = [row["key"] for row in rows]
    assert keys == sorted(set(keys)) and {admin.key, *(one.key for one in people)} <= set(keys)
    assert all(set(row) == ROW for row in rows)


def test_people_are_found_by_the_beginning_of_key_or_name(world, admin):
    name = unique("欧阳")
    alice = world.person("alice", name=name)
    bob = world.person("bob", name=name.upper() + " too")
    found = {row["key"] for row in admin.items("/v1/admin/users", q=name)}
    assert found == {alice.key, bob.key}
    assert [row["key"] for row in admin.items("/v1/admin/users", q=alice.key.upper())] == [alice.key]
    for odd in ("%", "_", "'", unique("nobody")):
        assert admin.items("/v1/admin/users", q=odd) == []


def test_a_row_says_what_is_known(world, admin):
    account = world.account("alice", name="Alice")
    row = row_of(admin, account)
    assert (row["name"], row["admin"], row["disabled"]) == ("Alice", False, False)
    assert (row["sessions"], row["lastSeenAt"]) == (0, None)
    first, _ = account.log_in(), account.log_in()
    row = row_of(admin, account)
    assert row["sessions"] == 2 and shapes.is_time(row["lastSeenAt"])
    assert row_of(admin, admin)["admin"] is True
    first.delete("/v1/sessions/current").ok(204)
    assert row_of(admin, account)["sessions"] == 1


def test_whoever_is_connected_is_online(world, admin):
    alice = world.person("alice")
    assert row_of(admin, alice)["online"] is False
    channel = alice.connect()
    assert row_of(admin, alice)["online"] is True and admin.get(f"/v1/admin/users/{alice.key}").ok()["online"] is True
    channel.close()
    assert eventually(lambda: row_of(admin, alice)["online"] is False)


def test_an_account_with_its_sessions_friends_and_groups(world, admin):
    group, alice, bob = world.group_of("alice", "bob")
    assert group
    alice.patch("/v1/me", {"bio": "flies", "avatar": "a.png"}).ok()
    laptop = alice.another(name="Laptop")
    shown = admin.get(f"/v1/admin/users/{alice.key.upper()}").ok()
    assert (shown["bio"], shown["avatar"], shown["friends"], shown["groups"]) == ("flies", "a.png", 1, 1)
    assert [shapes.check_session(one)["id"] for one in shown["sessionList"]] == [alice.session_id, laptop.session_id]
    assert shown["sessions"] == 2 and not any(one["current"] for one in shown["sessionList"])
    assert shown["lastSeenAt"] == max(one["lastSeenAt"] for one in shown["sessionList"])
    own, = admin.get(f"/v1/admin/users/{admin.key}").ok()["sessionList"]
    assert own["current"] is True
    assert admin.get(f"/v1/admin/users/{bob.key}").ok()["sessionList"][0]["id"] == bob.session_id
    for nobody in (unique("nobody"), "No Key", "x"):
        admin.get(f"/v1/admin/users/{nobody}").refused(404, "not_found")


def test_a_disabled_account_is_shut_at_once_and_opens_again(world, admin):
    alice, bob = world.friends("alice", "bob")
    channel = alice.connect()
    answer = admin.post(f"/v1/admin/users/{alice.key.upper()}/disable").ok()
    assert (answer["key"], answer["disabled"], answer["sessions"], answer["lastSeenAt"]) == (alice.key, True, 0, None)
    channel.ended_with(4502, within=2)
    alice.get("/v1/me").refused(401, "unauthenticated")
    alice.account.try_to_log_in().refused(403, "account_disabled")
    assert row_of(admin, alice)["disabled"] is True
    again = admin.post(f"/v1/admin/users/{alice.key}/disable").ok()
    moves = {"lastSeenAt": None, "online": False}  # written down within some seconds; the socket may have been there still
    assert {**again, **moves} == {**answer, **moves}
    eventually(lambda: admin.get(f"/v1/admin/users/{alice.key}").ok()["online"] is False)
    bob.get("/v1/me").ok()
    opened = admin.post(f"/v1/admin/users/{alice.key}/enable").ok()
    assert opened["disabled"] is False
    alice.get("/v1/me").refused(401, "unauthenticated")
    assert alice.another().friend(bob) is not None


def test_an_admin_cannot_disable_themselves_but_another_one(world, admin):
    admin.post(f"/v1/admin/users/{admin.key}/disable").refused(403, "forbidden")
    admin.post(f"/v1/admin/users/{admin.key}/enable").ok()
    other = world.admin("other")
    admin.post(f"/v1/admin/users/{other.key}/disable").ok()
    other.get("/v1/admin/overview").refused(401, "unauthenticated")
    admin.get("/v1/admin/overview").ok()


def test_one_session_is_ended(world, admin):
    alice = world.person("alice")
    laptop = alice.another()
    phone_channel, laptop_channel = alice.connect(), laptop.connect()
    admin.delete(f"/v1/admin/users/{alice.key}/sessions/{laptop.session_id}").ok(204)
    laptop_channel.ended_with(4502, within=2)
    laptop.get("/v1/me").refused(401, "unauthenticated")
    alice.get("/v1/me").ok()
    phone_channel.settle()
    again = admin.delete(f"/v1/admin/users/{alice.key}/sessions/{laptop.session_id}")
    again.refused(404, "not_found")


def test_a_session_is_ended_under_its_own_user_only(world, admin):
    alice, bob = world.people("alice", "bob")
    admin.delete(f"/v1/admin/users/{bob.key}/sessions/{alice.session_id}").refused(404, "not_found")
    admin.delete(f"/v1/admin/users/{alice.key}/sessions/current").refused(404, "not_found")
    alice.get("/v1/me").ok()
    admin.get("/v1/me").ok()


def test_all_sessions_are_ended(world, admin):
    alice, bob = world.people("alice", "bob")
    devices = [alice, alice.another(), alice.another()]
    channels = [device.connect() for device in devices]
    admin.delete(f"/v1/admin/users/{alice.key}/sessions").ok(204)
    for channel in channels:
        channel.ended_with(4502, within=2)
    for device in devices:
        device.get("/v1/me").refused(401, "unauthenticated")
    bob.get("/v1/me").ok()
    assert row_of(admin, alice)["sessions"] == 0
    admin.delete(f"/v1/admin/users/{alice.key}/sessions").ok(204)
    alice.another().get("/v1/me").ok()


def test_an_admin_may_log_themselves_out(admin):
    admin.delete(f"/v1/admin/users/{admin.key}/sessions").ok(204)
    assert eventually(lambda: admin.get("/v1/me").status == 401, within=1)

"""POST /v1/admin/notices: as /v1/push does, with an admin's token."""
import pytest

from kit.names import unique


@pytest.fixture(name="admin")
def fixture_admin(world):
    return world.admin()


def notify(admin, to, **more):
    return admin.post("/v1/admin/notices", {"to": to, "msg": "the boat is late", "clientId": unique("n"), **more})


def notices(device):
    return [frame for frame in device.offline("s:") if frame["type"] == 200]


def test_a_notice_reaches_whom_it_names(world, admin):
    group, owner, bob = world.group_of("owner", "bob")
    carol, dora = world.people("carol", "dora")
    channel = carol.connect()
    answer = notify(admin, {"users": [carol.key.upper()], "groups": [group]}, title="Boat", msg="晚点").ok(202)
    assert answer["receivers"] == 3 and answer["id"]
    frame = channel.expect(200)
    assert (frame["msgSender"], frame["title"], frame["msg"]) == ("system", "Boat", "晚点")
    assert len(notices(owner)) == len(notices(bob)) == 1 and notices(dora) == []


def test_a_notice_reaches_everyone(world, admin):
    alice = world.person("alice")
    text = unique("to all ")
    assert notify(admin, {"all": True}, msg=text).ok(202)["receivers"] >= 2
    assert [frame["msg"] for frame in notices(alice)] == [text]
    assert text in [frame["msg"] for frame in notices(admin)]


def test_a_repeat_notifies_nobody_and_another_text_is_409(world, admin):
    alice, client_id = world.person("alice"), unique("n")
    first = notify(admin, {"users": [alice.key]}, clientId=client_id).ok(202)
    assert notify(admin, {"users": [alice.key]}, clientId=client_id).ok(202) == first
    notify(admin, {"users": [alice.key]}, clientId=client_id, msg="other").refused(409, "client_id_reused")
    assert len(notices(alice)) == 1


def test_client_ids_are_each_admins_own_and_no_service_keys(world, admin):
    alice, client_id = world.person("alice"), unique("n")
    notify(admin, {"users": [alice.key]}, clientId=client_id, msg="one").ok(202)
    notify(world.admin("other"), {"users": [alice.key]}, clientId=client_id, msg="two").ok(202)
    body = {"to": {"users": [alice.key]}, "msg": "three", "clientId": client_id}
    world.service(unique("shop")).post("/v1/push", body).ok(202)
    assert [frame["msg"] for frame in notices(alice)] == ["one", "two", "three"]


def test_somebody_unknown_stops_it_for_all_and_is_no_deed(world, admin):
    alice = world.person("alice")
    notify(admin, {"users": [alice.key, unique("nobody")]}).refused(404, "not_found")
    notify(admin, {"users": [alice.key], "groups": [unique("none")]}).refused(404, "not_found")
    assert notices(alice) == []
    assert not [entry for entry in admin.items("/v1/admin/audit") if entry["admin"] == admin.key]


def test_a_notice_without_client_id_or_title(world, admin):
    alice = world.person("alice")
    body = {"to": {"users": [alice.key]}, "msg": "plain"}
    for _ in range(2):
        admin.post("/v1/admin/notices", body).ok(202)
    assert [frame["msg"] for frame in notices(alice)] == ["plain", "plain"]


@pytest.mark.parametrize("field, value", [
    ("to", None), ("to", "all"), ("to", {}), ("to", {"all": "yes"}), ("msg", ""), ("msg", "x" * 8193), ("title", 5),
    ("clientId", "x" * 65)])
def test_a_wrong_field_is_named(world, admin, field, value):
    body = {"to": {"users": [world.account("alice").key]}, "msg": "x", "clientId": unique("n"), field: value}
    assert field in admin.post("/v1/admin/notices", body).refused(422, "invalid_fields")["fields"]

"""How long each field may be, in Unicode code points, to the character."""
import pytest

from kit.names import unique
from kit.world import PASSWORD

LETTER = "鸟"  # three bytes, one character: limits count characters


def register(world, **body):
    return world.stranger.post("/v1/users", {"key": unique("limit"), "password": PASSWORD, **body})


def change_me(world, **body):
    return world.person("alice").patch("/v1/me", body)


def change_group(world, **body):
    group, owner = world.group_of("owner")
    return owner.patch(f"/v1/groups/{group}", body)


def make_group(world, **body):
    return world.person("owner").post("/v1/groups", body)


def alias(world, **body):
    alice, bob = world.friends("alice", "bob")
    return alice.patch(f"/v1/friends/{bob.key}", body)


def ask(world, **body):
    alice, bob = world.people("alice", "bob")
    return alice.post("/v1/friend-requests", {"receiver": bob.key, **body})


def apply(world, **body):
    group, _ = world.group_of("owner")
    return world.person("carol").post(f"/v1/groups/{group}/requests", body)


def device_id(world, **body):
    account = world.account("alice")
    return account.try_to_log_in(body["device"], "name")


def device_name(world, **body):
    account = world.account("alice")
    return account.try_to_log_in("id", body["device"])


LIMITS = [(register, "name", 64), (change_me, "name", 64), (change_me, "bio", 280), (change_me, "avatar", 512),
          (change_group, "name", 64), (change_group, "notice", 1024), (change_group, "avatar", 512),
          (make_group, "name", 64), (alias, "alias", 64), (ask, "note", 200), (apply, "note", 200),
          (device_id, "device", 64), (device_name, "device", 64)]
IDS = [f"{call.__name__}-{field}" for call, field, _ in LIMITS]


@pytest.mark.parametrize("call, field, most", LIMITS, ids=IDS)
def test_as_long_as_it_may_be(world, call, field, most):
    text = LETTER * most
    answer = call(world, **{field: text}).ok(200, 201)
    assert text in (answer.get(field), *answer.get("session", {}).get("device", {}).values())


@pytest.mark.parametrize("call, field, most", LIMITS, ids=IDS)
def test_one_character_more_is_422(world, call, field, most):
    problem = call(world, **{field: LETTER * (most + 1)}).refused(422, "invalid_fields")
    assert any(name.split(".")[0] == field for name in problem["fields"]), problem


@pytest.mark.parametrize("call, field", [(register, "name"), (change_me, "name"), (change_group, "name")])
def test_a_name_is_not_empty(world, call, field):
    assert field in call(world, **{field: ""}).refused(422, "invalid_fields")["fields"]


def test_the_title_of_a_push(world, command_line):
    service, alice = world.service(unique("shop")), world.person("alice")
    body = {"to": {"users": [alice.key]}, "msg": "x"}
    service.post("/v1/push", {**body, "title": LETTER * 128}).ok(202)
    problem = service.post("/v1/push", {**body, "title": LETTER * 129}).refused(422, "invalid_fields")
    assert "title" in problem["fields"]

"""Groups: made, seen, changed, dissolved."""
import pytest

from kit import shapes
from kit.names import unique


def create(device, **body):
    return device.post("/v1/groups", body)


def change(device, group, **body):
    return device.patch(f"/v1/groups/{group}", body)


def my_groups(device):
    return {shapes.check_group(row)["key"]: row for row in device.items("/v1/groups")}


def test_a_new_group_is_its_makers(world):
    alice, bob, carol = world.friends("alice", "bob", "carol")
    group = shapes.check_group(create(alice, name="登山 club", members=[bob.key, carol.key]).ok(201))
    assert (group["name"], group["owner"], group["role"]) == ("登山 club", alice.key, "owner")
    assert (group["memberCount"], group["joinPolicy"], group["notice"]) == (3, "approval", "")
    for member, role in ((bob, "member"), (carol, "member"), (alice, "owner")):
        assert my_groups(member)[group["key"]]["role"] == role
        assert member.group(group["key"])["role"] == role


def test_a_group_may_begin_with_its_owner_alone(world):
    alice = world.person("alice")
    group = shapes.check_group(create(alice, name="alone").ok(201))
    assert group["memberCount"] == 1


def test_creation_is_209_created_as_seq_1(world):
    alice, bob = world.friends("alice", "bob")
    channel = bob.connect()
    group = alice.new_group(bob)
    frame = channel.expect(209)
    assert (frame["change"], frame["seq"], frame["conversation"]) == ("created", 1, "g:" + group)
    assert frame["msgSender"] == alice.key
    assert [(f["type"], f["seq"]) for f in alice.history("g:" + group)] == [(209, 1)]
    alice.sent(group, "first words")
    assert channel.expect(102)["seq"] == 2


def test_members_that_are_not_friends_make_nothing(world):
    alice, bob = world.friends("alice", "bob")
    carol = world.person("carol")
    create(alice, name="no", members=[bob.key, carol.key]).refused(403, "not_friends")
    assert my_groups(alice) == my_groups(bob) == my_groups(carol) == {}
    assert [f for f in bob.offline() if f["type"] == 209] == []


def test_members_that_do_not_exist_make_nothing(world):
    alice = world.person("alice")
    create(alice, name="no", members=[unique("nobody")]).refused(404, "not_found")
    assert my_groups(alice) == {}


@pytest.mark.parametrize("body, field", [({}, "name"), ({"name": 5}, "name"), ({"name": ""}, "name"),
                                         ({"name": "x" * 50000}, "name"), ({"name": "x", "members": "bob"}, "members"),
                                         ({"name": "x", "members": [5]}, "members")])
def test_wrong_fields_are_422(world, body, field):
    alice = world.person("alice")
    problem = create(alice, **body).refused(422, "invalid_fields")
    assert any(name.split(".")[0].split("[")[0] == field for name in problem["fields"]), problem
    assert my_groups(alice) == {}


def test_whoever_is_outside_sees_the_profile_and_no_role(world):
    group, owner = world.group_of("owner")
    seen = world.person("carol").group(group)
    assert (seen["owner"], seen["role"]) == (owner.key, None)


def test_an_unknown_group_is_404(world):
    alice = world.person("alice")
    missing = unique("none")
    alice.get(f"/v1/groups/{missing}").refused(404, "not_found")
    change(alice, missing, name="x").refused(404, "not_found")
    alice.delete(f"/v1/groups/{missing}").refused(404, "not_found")
    alice.get(f"/v1/groups/{missing}/members").refused(404, "not_found")


@pytest.mark.parametrize("field, value, told", [
    ("name", "new 名字", "renamed"), ("notice", "meet at 8", "notice"),
    ("avatar", "https://example.org/g.png", "avatar"), ("joinPolicy", "closed", "policy")])
def test_a_change_is_seen_and_told(world, field, value, told):
    group, owner, bob = world.group_of("owner", "bob")
    channel = bob.connect()
    assert shapes.check_group(change(owner, group, **{field: value}).ok())[field] == value
    frame = channel.expect(209, change=told)
    assert frame["conversation"] == "g:" + group and frame["msgSender"] == owner.key and frame["seq"] == 2
    assert bob.group(group)[field] == value
    assert bob.history("g:" + group)[-1]["change"] == told


def test_an_admin_may_change_the_profile_and_others_may_not(world):
    group, owner, admin, member = world.group_of("owner", "admin", "member")
    owner.change_member(group, admin, role="admin").ok()
    change(admin, group, notice="by the admin").ok()
    change(member, group, notice="by a member").refused(403, "forbidden")
    change(world.person("outsider"), group, notice="by an outsider").refused(403, "not_member")
    assert owner.group(group)["notice"] == "by the admin"


@pytest.mark.parametrize("body", [{"name": 5}, {"name": ""}, {"joinPolicy": "maybe"}, {"joinPolicy": 1},
                                  {"notice": "x" * 50000}, {"avatar": []}])
def test_a_wrong_change_is_422(world, body):
    group, owner = world.group_of("owner")
    before = owner.group(group)
    problem = change(owner, group, **body).refused(422, "invalid_fields")
    assert set(problem["fields"]) == set(body)
    assert owner.group(group) == before


def test_only_the_owner_dissolves(world):
    group, owner, admin, member = world.group_of("owner", "admin", "member")
    owner.change_member(group, admin, role="admin").ok()
    for other in (admin, member):
        other.delete(f"/v1/groups/{group}").refused(403, "forbidden")
    world.person("outsider").delete(f"/v1/groups/{group}").refused(403, "not_member")
    owner.delete(f"/v1/groups/{group}").ok(204)


def test_a_dissolved_group_is_gone_and_its_members_are_told(world):
    group, owner, bob = world.group_of("owner", "bob")
    channel = bob.connect()
    owner.delete(f"/v1/groups/{group}").ok(204)
    frame = channel.expect(209, change="dissolved")
    assert frame["conversation"] == "g:" + group
    for device in (owner, bob):
        device.get(f"/v1/groups/{group}").refused(404, "not_found")
        device.send(group, "hello?").refused(404, "not_found")
        device.post(f"/v1/groups/{group}/requests", {}).refused(404, "not_found")
        device.get(f"/v1/groups/{group}/members").refused(404, "not_found")
        assert my_groups(device) == {}
    owner.delete(f"/v1/groups/{group}").refused(404, "not_found")


def test_the_history_of_a_dissolved_group_stays_for_its_members(world):
    group, owner, bob = world.group_of("owner", "bob")
    outsider = world.person("outsider")
    owner.sent(group, "remember this")
    owner.delete(f"/v1/groups/{group}").ok(204)
    assert bob.texts("g:" + group) == owner.texts("g:" + group) == ["remember this"]
    outsider.get(f"/v1/conversations/g:{group}/messages").refused(404, "not_found")


def test_the_list_of_my_groups_has_pages(world):
    alice = world.person("alice")
    keys = {alice.new_group(name=f"group {i}") for i in range(5)}
    first, cursor = alice.page("/v1/groups", limit=2)
    assert len(first) == 2 and cursor
    assert sorted(row["key"] for row in alice.items("/v1/groups", limit=2)) == sorted(keys)

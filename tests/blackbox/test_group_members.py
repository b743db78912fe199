"""Members: roles, mutes, removal, leaving, handing over."""
import time

import pytest

from kit import shapes
from kit.names import unique
from kit.waiting import eventually


def now():
    return int(time.time() * 1000)


def remove(device, group, other):
    return device.delete(f"/v1/groups/{group}/members/{other.key}")


def roles(device, group):
    rows = device.items(f"/v1/groups/{group}/members")
    return {row["user"]["key"]: shapes.check_member(row)["role"] for row in rows}


def staffed(world):
    """A group with its owner, two admins and two members."""
    group, owner, *others = world.group_of("owner", "admin.a", "admin.b", "member.a", "member.b")
    for admin in others[:2]:
        owner.change_member(group, admin, role="admin").ok()
    return group, owner, others[:2], others[2:]


def test_the_members_are_listed_with_their_roles(world):
    group, owner, admins, members = staffed(world)
    wanted = {owner.key: "owner", **{a.key: "admin" for a in admins}, **{m.key: "member" for m in members}}
    assert roles(members[0], group) == wanted
    assert len(owner.items(f"/v1/groups/{group}/members", limit=2)) == 5


def test_outsiders_see_no_members(world):
    group, _ = world.group_of("owner")
    world.person("outsider").get(f"/v1/groups/{group}/members").refused(403, "not_member")


def test_the_list_refuses_a_wrong_limit_and_cursor(world):
    group, owner = world.group_of("owner")
    owner.get(f"/v1/groups/{group}/members", limit="many").refused(400, "bad_parameter")
    owner.get(f"/v1/groups/{group}/members", cursor="garbage").refused(400, "bad_cursor")


def test_the_owner_makes_and_unmakes_admins_and_all_are_told(world):
    group, owner, bob, carol = world.group_of("owner", "bob", "carol")
    channel = carol.connect()
    assert shapes.check_member(owner.change_member(group, bob, role="admin").ok())["role"] == "admin"
    frame = channel.expect(209, change="role")
    assert (frame["target"], frame["msgSender"], frame["conversation"]) == (bob.key, owner.key, "g:" + group)
    owner.change_member(group, bob, role="member").ok()
    channel.expect(209, change="role", target=bob.key)
    assert bob.group(group)["role"] == "member"


def test_only_the_owner_changes_roles(world):
    group, owner, admins, members = staffed(world)
    for device in (admins[0], members[0]):
        device.change_member(group, members[1], role="admin").refused(403, "forbidden")
        device.change_member(group, device, role="owner").refused(403, "forbidden")
    world.person("outsider").change_member(group, members[1], role="admin").refused_with_any(403, 404)
    assert roles(owner, group)[members[1].key] == "member" and owner.group(group)["owner"] == owner.key


@pytest.mark.parametrize("body", [{"role": "king"}, {"role": 1}, {"mutedUntil": "tomorrow"}, {"mutedUntil": 1.5}])
def test_wrong_changes_are_422(world, body):
    group, owner, bob = world.group_of("owner", "bob")
    problem = owner.change_member(group, bob, **body).refused(422, "invalid_fields")
    assert set(problem["fields"]) == set(body)


def test_whoever_is_not_a_member_cannot_be_changed_or_removed(world):
    group, owner = world.group_of("owner")
    outsider = world.person("outsider")
    owner.change_member(group, outsider, role="admin").refused(404, "not_found")
    remove(owner, group, outsider).refused(404, "not_found")
    owner.delete(f"/v1/groups/{group}/members/{unique('nobody')}").refused(404, "not_found")


def test_the_muted_cannot_speak_until_it_is_lifted(world):
    group, owner, bob = world.group_of("owner", "bob")
    until = now() + 3_600_000
    channel = bob.connect()
    assert shapes.check_member(owner.change_member(group, bob, mutedUntil=until).ok())["mutedUntil"] == until
    frame = channel.expect(209, change="muted")
    assert (frame["target"], frame["msgSender"]) == (bob.key, owner.key)
    bob.send(group, "let me speak").refused(403, "muted")
    assert owner.member(group, bob)["mutedUntil"] == until
    owner.change_member(group, bob, mutedUntil=None).ok()
    assert owner.member(group, bob)["mutedUntil"] is None
    bob.sent(group, "thank you")


def test_a_mute_ends_by_itself(world):
    group, owner, bob = world.group_of("owner", "bob")
    owner.change_member(group, bob, mutedUntil=now() + 700).ok()
    bob.send(group, "too early").refused(403, "muted")
    eventually(lambda: bob.send(group, "at last").status == 201)


def test_the_muted_still_read(world):
    group, owner, bob = world.group_of("owner", "bob")
    owner.change_member(group, bob, mutedUntil=now() + 3_600_000).ok()
    owner.sent(group, "quiet please")
    assert "quiet please" in bob.texts("g:" + group)


def test_admins_mute_and_remove_members(world):
    group, owner, (admin, _), (first, second) = staffed(world)
    admin.change_member(group, first, mutedUntil=now() + 3_600_000).ok()
    first.send(group, "x").refused(403, "muted")
    remove(admin, group, second).ok(204)
    second.send(group, "x").refused(403, "not_member")


def test_admins_do_nothing_to_each_other_or_the_owner(world):
    group, owner, (one, other), _ = staffed(world)
    for target in (other, owner):
        one.change_member(group, target, mutedUntil=now() + 3_600_000).refused(403, "forbidden")
        remove(one, group, target).refused(403, "forbidden")
    assert len(roles(owner, group)) == 5


def test_members_mute_and_remove_nobody(world):
    group, owner, (admin, _), (one, other) = staffed(world)
    for target in (owner, admin, other):
        one.change_member(group, target, mutedUntil=now() + 3_600_000).refused(403, "forbidden")
        remove(one, group, target).refused(403, "forbidden")
    assert len(roles(owner, group)) == 5


def test_a_removed_member_is_told_and_out(world):
    group, owner, bob, carol = world.group_of("owner", "bob", "carol")
    bobs, carols = bob.connect(), carol.connect()
    remove(owner, group, bob).ok(204)
    for channel in (bobs, carols):
        frame = channel.expect(209, change="removed")
        assert (frame["target"], frame["conversation"]) == (bob.key, "g:" + group)
    assert group not in [row["key"] for row in bob.items("/v1/groups")]
    assert bob.group(group)["role"] is None and owner.group(group)["memberCount"] == 2
    bob.send(group, "x").refused(403, "not_member")
    owner.sent(group, "fence")
    carols.expect(102, msg="fence")
    outside = owner.sent(bob, "outside the group")
    assert [f["type"] for f in bobs.up_to(101, id=outside["id"]) if f["type"] == 102] == []


def test_leaving_is_told(world):
    group, owner, bob, carol = world.group_of("owner", "bob", "carol")
    channel = carol.connect()
    bob.leave_group(group).ok(204)
    frame = channel.expect(209, change="left")
    assert (frame["target"], frame["conversation"]) == (bob.key, "g:" + group)
    assert set(roles(owner, group)) == {owner.key, carol.key}
    bob.send(group, "x").refused(403, "not_member")
    bob.leave_group(group).refused_with_any(403, 404)


def test_an_admin_may_leave(world):
    group, owner, (admin, _), _ = staffed(world)
    admin.leave_group(group).ok(204)
    assert admin.key not in roles(owner, group)


def test_the_owner_cannot_leave_before_handing_over(world):
    group, owner, bob = world.group_of("owner", "bob")
    owner.leave_group(group).refused(409, "owner_must_transfer")
    assert owner.group(group)["owner"] == owner.key


def test_handing_over(world):
    group, owner, bob, carol = world.group_of("owner", "bob", "carol")
    channel = carol.connect()
    owner.change_member(group, bob, role="owner").ok()
    channel.expect(209, change="role", target=bob.key)
    assert carol.group(group)["owner"] == bob.key
    assert roles(carol, group) == {owner.key: "admin", bob.key: "owner", carol.key: "member"}
    owner.delete(f"/v1/groups/{group}").refused(403, "forbidden")
    owner.leave_group(group).ok(204)
    bob.delete(f"/v1/groups/{group}").ok(204)


def test_every_change_has_its_own_seq(world):
    group, owner, bob, carol = world.group_of("owner", "bob", "carol")
    owner.sent(group, "one")
    owner.change_member(group, bob, role="admin").ok()
    owner.patch(f"/v1/groups/{group}", {"notice": "x"}).ok()
    carol.leave_group(group).ok(204)
    owner.sent(group, "two")
    seen = [(f["seq"], f["type"], f.get("change")) for f in owner.history("g:" + group)]
    assert seen == [(1, 209, "created"), (2, 102, None), (3, 209, "role"), (4, 209, "notice"), (5, 209, "left"),
                    (6, 102, None)]

"""/v1/admin/groups: all groups, their members, and the end of one."""
import pytest

from kit import shapes
from kit.api import segment
from kit.names import unique


@pytest.fixture(name="admin")
def fixture_admin(world):
    return world.admin()


def test_a_group_is_found_by_name_or_key(world, admin):
    owner, name = world.person("owner"), unique("Gulls")
    group = owner.new_group(name=name)
    row, = admin.items("/v1/admin/groups", q=name.lower())
    assert (row["key"], row["name"], row["owner"]) == (group, name, owner.key)
    assert (row["memberCount"], row["joinPolicy"]) == (1, "approval") and shapes.is_time(row["createdAt"])
    assert [one["key"] for one in admin.items("/v1/admin/groups", q=group)] == [group]
    owner.patch(f"/v1/groups/{group}", {"joinPolicy": "open"}).ok()
    assert admin.items("/v1/admin/groups", q=group)[0]["joinPolicy"] == "open"
    assert admin.items("/v1/admin/groups", q=unique("none")) == []


def test_all_groups_are_listed_once(world, admin):
    owner = world.person("owner")
    made = {owner.new_group() for _ in range(5)}
    keys = [row["key"] for row in admin.items("/v1/admin/groups", limit=2)]
    assert keys == sorted(set(keys)) and made <= set(keys)


def test_members_are_listed_for_whoever_is_no_member(world, admin):
    group, owner, bob = world.group_of("owner", "bob")
    members = [shapes.check_member(one) for one in admin.items(f"/v1/admin/groups/{segment(group)}/members", limit=1)]
    assert {one["user"]["key"]: one["role"] for one in members} == {owner.key: "owner", bob.key: "member"}
    admin.get(f"/v1/admin/groups/{unique('none')}/members").refused(404, "not_found")
    admin.get(f"/v1/admin/groups/{group}/members", limit="x").refused(400, "bad_parameter")
    admin.get(f"/v1/admin/groups/{group}/members", cursor="garbage").refused(400, "bad_cursor")


def test_a_dissolved_group_is_told_and_gone(world, admin):
    group, owner, bob = world.group_of("owner", "bob")
    owner.sent(group, "still here")
    channels = [owner.connect(), bob.connect()]
    admin.delete(f"/v1/admin/groups/{group}").ok(204)
    for channel in channels:
        frame = channel.expect(209, change="dissolved")
        assert (frame["msgSender"], frame["msgReceiver"]) == (admin.key, group)
    bob.get(f"/v1/groups/{group}").refused(404, "not_found")
    bob.send(group, "too late").refused(404, "not_found")
    assert "still here" in bob.texts(f"g:{group}")
    assert admin.items("/v1/admin/groups", q=group) == []
    admin.delete(f"/v1/admin/groups/{group}").refused(404, "not_found")
    admin.get(f"/v1/admin/groups/{group}/members").refused(404, "not_found")
    assert admin.conversation(f"g:{group}") is None

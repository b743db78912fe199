"""Joining a group: by approval, at once, or not at all."""
import pytest

from kit import shapes
from kit.names import unique


def apply(device, group, **body):
    return device.post(f"/v1/groups/{group}/requests", body)


def applied(device, group, **body):
    return shapes.check_group_request(apply(device, group, **body).ok(201))


def box(device, which=None, **params):
    params = {**params, **({"box": which} if which else {})}
    return [shapes.check_group_request(row) for row in device.items("/v1/group-requests", **params)]


def test_a_request_reaches_the_owner_and_the_admins(world):
    group, owner, admin, member = world.group_of("owner", "admin", "member")
    owner.change_member(group, admin, role="admin").ok()
    carol = world.person("carol")
    channels = [owner.connect(), admin.connect()]
    members = member.connect()
    request = applied(carol, group, note="让我进来")
    assert (request["sender"]["key"], request["group"]["key"]) == (carol.key, group)
    assert (request["note"], request["state"]) == ("让我进来", "pending")
    for channel in channels:
        frame = channel.expect(204)
        assert (frame["msgSender"], frame["request"], frame["group"]) == (carol.key, request["id"], group)
        assert frame["conversation"] == "s:"
    owner.sent(group, "fence")
    assert [f for f in members.up_to(102) if f["type"] == 204] == []
    for device in (owner, admin):
        assert [row["id"] for row in box(device)] == [row["id"] for row in box(device, "in")] == [request["id"]]
    assert box(member, "in") == []
    assert [row["id"] for row in box(carol, "out")] == [request["id"]] and box(carol, "in") == []


def test_applying_again_answers_the_pending_request(world):
    group, owner = world.group_of("owner")
    carol = world.person("carol")
    request = applied(carol, group)
    assert apply(carol, group, note="again").ok(200)["id"] == request["id"]
    assert len(box(owner, "in")) == 1


def test_approval_lets_in_and_everyone_is_told_with_206(world):
    group, owner, bob = world.group_of("owner", "bob")
    carol = world.person("carol")
    bobs, carols = bob.connect(), carol.connect()
    request = applied(carol, group)
    assert shapes.check_group_request(owner.answer(request, kind="group").ok())["state"] == "approved"
    frames = [bobs.expect(206), carols.expect(206)]
    for frame, reader in zip(frames, (bob, carol)):
        assert (frame["msgSender"], frame["msgReceiver"]) == (carol.key, reader.key)
        assert (frame["conversation"], frame["seq"]) == ("g:" + group, 2)
    assert frames[0]["id"] == frames[1]["id"], "206 has one id"
    assert carol.group(group)["role"] == "member" and owner.group(group)["memberCount"] == 3
    carol.sent(group, "hello all")


def test_an_admin_may_approve(world):
    group, owner, admin = world.group_of("owner", "admin")
    owner.change_member(group, admin, role="admin").ok()
    carol = world.person("carol")
    admin.answer(applied(carol, group), kind="group").ok()
    assert carol.group(group)["role"] == "member"


def test_rejection_is_told_with_207_and_lets_nobody_in(world):
    group, owner = world.group_of("owner")
    carol = world.person("carol")
    channel = carol.connect()
    request = applied(carol, group)
    assert owner.answer(request, "reject", kind="group").ok()["state"] == "rejected"
    frame = channel.expect(207)
    assert (frame["msgSender"], frame["msgReceiver"], frame["conversation"]) == (request["id"], carol.key, "s:")
    assert carol.group(group)["role"] is None
    carol.send(group, "x").refused(403, "not_member")


@pytest.mark.parametrize("first", ["approve", "reject"])
@pytest.mark.parametrize("second", ["approve", "reject"])
def test_a_second_answer_is_409(world, first, second):
    group, owner = world.group_of("owner")
    request = applied(world.person("carol"), group)
    owner.answer(request, first, "group").ok()
    owner.answer(request, second, "group").refused(409, "already_answered")


def test_after_a_rejection_one_has_to_cool_off(world):
    group, owner = world.group_of("owner")
    carol = world.person("carol")
    first = applied(carol, group)
    owner.answer(first, "reject", "group").ok()
    refused = carol.post(f"/v1/groups/{group}/requests", {})
    refused.refused(429, "cooling_off")
    assert 86_000 < int(refused.headers["retry-after"]) <= 86_400
    assert [row["id"] for row in box(carol, "out")] == [first["id"]]


@pytest.mark.parametrize("verdict", ["approve", "reject"])
def test_nobody_else_answers(world, verdict):
    group, owner, member = world.group_of("owner", "member")
    carol = world.person("carol")
    request = applied(carol, group)
    carol.answer(request, verdict, "group").refused(403, "forbidden")
    member.answer(request, verdict, "group").refused(404, "not_found")
    world.person("outsider").answer(request, verdict, "group").refused(404, "not_found")
    owner.post(f"/v1/group-requests/{unique('none')}/{verdict}").refused(404, "not_found")
    assert box(owner, "in")[0]["state"] == "pending"


def test_members_need_no_request(world):
    group, owner, bob = world.group_of("owner", "bob")
    apply(bob, group).refused(409, "already_member")
    apply(owner, group).refused(409, "already_member")


def test_an_open_group_lets_in_at_once(world):
    group, owner, bob = world.group_of("owner", "bob")
    owner.patch(f"/v1/groups/{group}", {"joinPolicy": "open"}).ok()
    carol, channel = world.person("carol"), bob.connect()
    assert applied(carol, group)["state"] == "approved"
    assert channel.expect(206)["msgSender"] == carol.key
    carol.sent(group, "hello")
    apply(carol, group).refused(409, "already_member")


def test_a_closed_group_lets_nobody_apply(world):
    group, owner = world.group_of("owner")
    owner.patch(f"/v1/groups/{group}", {"joinPolicy": "closed"}).ok()
    apply(world.person("carol"), group).refused(403, "group_closed")
    assert box(owner, "in") == []


def test_an_unknown_group_is_404(world):
    apply(world.person("carol"), unique("none")).refused(404, "not_found")


@pytest.mark.parametrize("note", [5, ["x"], "x" * 50000])
def test_a_wrong_note_is_422(world, note):
    group, _ = world.group_of("owner")
    problem = apply(world.person("carol"), group, note=note).refused(422, "invalid_fields")
    assert "note" in problem["fields"]


def test_the_box_has_pages_over_all_my_groups(world):
    owner = world.person("owner")
    groups = [owner.new_group(name=str(i)) for i in range(2)]
    wanted = {applied(person, group)["id"] for group in groups for person in world.people("one", "two")}
    first, cursor = owner.page("/v1/group-requests", box="in", limit=3)
    assert len(first) == 3 and cursor
    paged = [row["id"] for row in box(owner, "in", limit=3)]
    assert len(paged) == 4 and set(paged) == wanted


def test_a_box_of_another_name_is_400(world):
    world.person("alice").get("/v1/group-requests", box="attic").refused(400, "bad_parameter")


def test_who_left_may_come_back(world):
    group, owner, bob = world.group_of("owner", "bob")
    bob.leave_group(group).ok(204)
    owner.answer(applied(bob, group), kind="group").ok()
    bob.sent(group, "back again")
    assert owner.member(group, bob)["role"] == "member"


def test_an_admin_who_comes_back_is_a_member(world):
    group, owner, bob = world.group_of("owner", "bob")
    owner.change_member(group, bob, role="admin").ok()
    bob.leave_group(group).ok(204)
    owner.answer(applied(bob, group), kind="group").ok()
    assert owner.member(group, bob)["role"] == "member"


def test_friendship_is_not_needed_to_join(world):
    group, owner = world.group_of("owner")
    carol = world.person("carol")
    owner.answer(applied(carol, group), kind="group").ok()
    assert owner.friend(carol) is None and owner.member(group, carol)

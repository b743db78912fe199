"""What one account may have: caps, which hold with the rates off, too."""
import pytest

from kit import shapes
from kit.waiting import wait_past
from kit.world import befriend

SETTINGS = {"CAPS_GROUPS_OWNED": 3, "CAPS_MEMBERSHIPS": 4, "CAPS_GROUP_MEMBERS": 4, "CAPS_FRIENDS": 4,
            "CAPS_PENDING_SENT": 2, "CAPS_PENDING_RECEIVED": 3, "CAPS_COOLING_OFF": 1}


def make(owner, *members):
    return owner.post("/v1/groups", {"name": "a group", "members": [member.key for member in members]})


def apply(person, group):
    return person.post(f"/v1/groups/{group}/requests", {})


def test_groups_owned(own_world):
    owner, heir = own_world.friends("owner", "heir")
    first, *_ = [shapes.check_group(make(owner).ok(201))["key"] for _ in range(2)]
    shared = owner.new_group(heir)
    assert make(owner).refused(409, "group_limit")["retryable"] is False
    assert len(owner.items("/v1/groups")) == 3, "and none was made"
    for _ in range(2):
        make(heir).ok(201)
    owner.change_member(shared, heir, role="owner").ok()
    another = owner.new_group(heir)
    owner.change_member(another, heir, role="owner").refused(409, "group_limit")
    owner.delete(f"/v1/groups/{first}").ok(204)
    make(owner).ok(201)


def test_memberships(own_world):
    joiner, *owners = own_world.people("joiner", "one", "two", "three", "four", "five")
    groups = [owner.new_group() for owner in owners]
    requests = [apply(joiner, group) for group in groups[:2]]
    owners[2].patch(f"/v1/groups/{groups[2]}", {"joinPolicy": "open"}).ok()
    for owner, request in zip(owners, requests):
        owner.answer(request.ok(201), kind="group").ok()
    apply(joiner, groups[2]).ok(201)
    joiner.new_group()
    owners[4].patch(f"/v1/groups/{groups[4]}", {"joinPolicy": "open"}).ok()
    apply(joiner, groups[4]).refused(409, "membership_limit")
    waiting = apply(joiner, groups[3]).ok(201)
    owners[3].answer(waiting, kind="group").refused(409, "membership_limit")
    make(joiner).refused(409, "membership_limit")
    befriend(owners[4], joiner)
    make(owners[4], joiner).refused(409, "membership_limit")
    joiner.delete(f"/v1/groups/{groups[2]}/members/me").ok(204)
    owners[3].answer(waiting, kind="group").ok()


def test_members(own_world):
    group, owner, *_ = own_world.group_of("owner", "one", "two")
    first, second, third = own_world.people("first", "second", "third")
    waiting = apply(first, group).ok(201)
    owner.answer(apply(second, group).ok(201), kind="group").ok()
    owner.answer(waiting, kind="group").refused(409, "member_limit")
    owner.patch(f"/v1/groups/{group}", {"joinPolicy": "open"}).ok()
    apply(third, group).refused(409, "member_limit")
    crowd = [own_world.person("crowd") for _ in range(4)]
    for member in crowd:
        befriend(member, crowd[0]) if member is not crowd[0] else None
    befriend(crowd[0], first)
    make(crowd[0], first, *crowd[1:]).refused(409, "member_limit")


def test_friends(own_world):
    popular, *others = own_world.people("popular", "one", "two", "three", "four", "five", "six")
    for other in others[:3]:
        befriend(popular, other)
    early = others[4].ask(popular)
    befriend(others[3], popular)
    popular.answer(early).refused(409, "friend_limit")
    popular.post("/v1/friend-requests", {"receiver": others[4].key}).refused(409, "friend_limit")
    popular.post("/v1/friend-requests", {"receiver": others[5].key}).refused(409, "friend_limit")
    popular.delete(f"/v1/friends/{others[0].key}").ok(204)
    popular.answer(early).ok()


def test_pending_requests(own_world):
    eager, *others = own_world.people("eager", "one", "two", "three", "four")
    first = eager.ask(others[0])
    eager.ask(others[1])
    eager.post("/v1/friend-requests", {"receiver": others[2].key}).refused(409, "request_limit")
    eager.post("/v1/friend-requests", {"receiver": others[0].key}).ok(200)
    others[0].answer(first, "reject").ok()
    eager.ask(others[2])
    others[2].ask(others[1])
    others[3].ask(others[1])
    own_world.person("late").post("/v1/friend-requests", {"receiver": others[1].key}).refused(409, "request_limit")


def test_pending_requests_to_groups(own_world):
    group, _ = own_world.group_of("owner")
    for _ in range(3):
        apply(own_world.person("applicant"), group).ok(201)
    eager = own_world.person("eager")
    apply(eager, group).refused(409, "request_limit")
    for _ in range(2):
        apply(eager, own_world.group_of("owner")[0]).ok(201)
    apply(eager, own_world.group_of("owner")[0]).refused(409, "request_limit")


@pytest.mark.parametrize("kind", ["friend", "group"])
def test_after_cooling_off_one_may_ask_anew(own_world, kind):
    group, owner = own_world.group_of("owner")
    alice = own_world.person("alice")
    ask = (lambda: alice.post("/v1/friend-requests", {"receiver": owner.key})) if kind == "friend" else (
        lambda: apply(alice, group))
    first = ask().ok(201)
    owner.answer(first, "reject", kind).ok()
    refused = ask()
    refused.refused(429, "cooling_off")
    assert refused.headers["retry-after"] == "1"
    wait_past(first["createdAt"], 2.5)
    second = ask().ok(201)
    assert second["id"] != first["id"] and second["state"] == "pending"
    owner.answer(second, kind=kind).ok()


def test_who_refuses_is_taken_into_no_group(own_world):
    alice, bob, carol = own_world.friends("alice", "bob", "carol")
    channel = alice.connect()
    assert bob.get("/v1/me").ok()["groupInvites"] == "allow"
    assert bob.patch("/v1/me", {"groupInvites": "refuse"}).ok()["groupInvites"] == "refuse"
    assert make(alice, carol, bob).refused(403, "group_invites_refused")["detail"] == bob.key
    assert alice.items("/v1/groups") == [] and carol.items("/v1/groups") == [], "nothing was made"
    assert "groupInvites" not in alice.get(f"/v1/users/{bob.key}").ok()
    for wrong in ("maybe", 5, True):
        assert "groupInvites" in bob.patch("/v1/me", {"groupInvites": wrong}).refused(422, "invalid_fields")["fields"]
    bob.patch("/v1/me", {"groupInvites": "allow"}).ok()
    make(alice, bob).ok(201)
    assert 210 not in [frame["type"] for frame in channel.up_to(209)], "a setting is nobody's business"
